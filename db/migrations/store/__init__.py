"""The till's revisions."""
