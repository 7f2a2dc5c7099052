"""Pictures of every screen in every look and size, from a running till."""
