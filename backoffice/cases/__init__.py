"""Exception cases: opened by appliers, decided by people."""
