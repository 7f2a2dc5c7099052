"""Receipts by e-mail: queued from what tills journal, sent by SMTP."""
