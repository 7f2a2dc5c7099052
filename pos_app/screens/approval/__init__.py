"""Approve in place: a verb that needs somebody else runs once they have allowed it."""
