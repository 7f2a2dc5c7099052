"""Money over the card terminal: every attempt is stored before the terminal hears of it."""
