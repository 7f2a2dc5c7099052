"""Scripts of the repository: set-up, demo, figures."""
