"""Customers at the till."""
