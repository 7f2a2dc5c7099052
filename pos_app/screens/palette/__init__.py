"""All commands as lists: the palette, and the keys with a place to change them."""
