"""Choosing one of the variants of a family of articles."""
