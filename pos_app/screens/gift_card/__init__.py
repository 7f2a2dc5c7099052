"""Gift cards that are sold and topped up, and what is on a card."""
