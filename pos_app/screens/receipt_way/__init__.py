"""Where the receipt goes: chosen while one pays, or before."""
