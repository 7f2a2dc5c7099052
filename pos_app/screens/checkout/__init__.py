"""Selling: the basket, the payment and the moment after it."""
