"""Scales that tell the till what lies on them."""
