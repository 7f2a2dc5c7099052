"""Articles as people look them up."""
