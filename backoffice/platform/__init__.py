"""What every module of the head office stands on; it knows none of them."""
