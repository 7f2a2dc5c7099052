"""What is remembered: every table of both sides, their engines, transactions and upgrades."""
