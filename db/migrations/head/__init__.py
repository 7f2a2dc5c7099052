"""The head office's revisions."""
