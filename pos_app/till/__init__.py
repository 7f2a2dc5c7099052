"""The till as a place of work: its store, its session, its shift."""
