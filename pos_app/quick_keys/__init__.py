"""Quick keys: what the grid of the checkout offers to a role, designed at the till."""
