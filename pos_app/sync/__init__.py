"""Keeps the till in step with its head office; selling never waits for it."""
