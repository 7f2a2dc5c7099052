"""The kit of painted widgets that every screen is made of."""
