"""Print jobs on their way from the database to paper."""
