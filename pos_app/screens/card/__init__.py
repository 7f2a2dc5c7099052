"""A card on the terminal: what it says, and what the cashier may do."""
