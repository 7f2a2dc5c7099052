"""Who works at the till."""
