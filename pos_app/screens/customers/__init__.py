"""Customers at the till: found, attached, entered and changed."""
