"""What the cashier sees; screens, their presenters and their models."""
