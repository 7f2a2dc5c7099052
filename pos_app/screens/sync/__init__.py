"""The connection to head office, as people see it at the till."""
