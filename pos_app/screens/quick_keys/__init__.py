"""The page on which quick keys are designed."""
