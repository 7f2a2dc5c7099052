"""Measurements beside their floors: ``python -m benchmarks``."""
