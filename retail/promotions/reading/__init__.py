"""Promotions from JSON: the one place where parameters become rules, or a sentence why not."""

from retail.promotions.reading.promotion import read_promotion

__all__ = ["read_promotion"]
