"""The open basket as an immutable value: every change gives a new basket."""
