"""What is true: the pure rules of selling. No clock, no file, no network, no Qt, no SQL."""
