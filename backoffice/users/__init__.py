"""Who may log in at head office."""
