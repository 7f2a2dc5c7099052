"""Means of payment: settling a total, notes and coins, splitting a due, where refunds go."""
