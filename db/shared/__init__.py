"""Column mixins that both sides share, so that one definition serves both schemas."""
