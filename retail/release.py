"""Which release this is; pyproject.toml names the same, and a test compares them."""

VERSION = "0.1.0"
