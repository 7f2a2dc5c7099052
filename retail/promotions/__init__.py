"""Promotions: what they are, when they hold, and the exact best choice among them."""
