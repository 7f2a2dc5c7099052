"""What can be set at a till: one catalogue, one table."""
