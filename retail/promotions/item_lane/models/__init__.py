"""The best outcome of one offer when every unit has a price: the parts of the exact search."""
