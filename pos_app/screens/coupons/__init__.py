"""Coupons of the basket: taken in, told of, taken out."""
