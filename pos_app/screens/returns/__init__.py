"""Goods that come back: the receipt, its lines, and the money that is paid out."""
