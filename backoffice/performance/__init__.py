"""How the stores are selling."""
