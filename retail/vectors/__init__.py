"""Baskets as JSON, format ``pos-pricing-vectors/1``: read, priced and written down again."""
