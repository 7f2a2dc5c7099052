"""Setting up the scanner that types like a keyboard."""
