"""Selling: the open basket, its lookups, the finished sale and its receipt."""
