"""What the store has on hand, and counting it."""
