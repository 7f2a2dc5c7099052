"""The exact best choice among all promotions of both lanes."""
