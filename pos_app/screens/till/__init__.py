"""Opening the till."""
