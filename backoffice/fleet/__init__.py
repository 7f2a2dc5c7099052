"""The fleet of tills: who is let in and shut out, and what comes back after a restore."""
