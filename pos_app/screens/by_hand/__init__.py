"""Prices, reductions, notes and sellers that people set by hand."""
