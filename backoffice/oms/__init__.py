"""Finished sales of all stores."""
