"""Weighing at the till: what the scale says, and how it becomes the weight of a line."""
