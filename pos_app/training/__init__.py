"""Practice: a copy of the till in which nothing is sold."""
