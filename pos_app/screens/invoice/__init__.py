"""Invoices for customers with a VAT number: issued for a receipt, handed out, copied."""
