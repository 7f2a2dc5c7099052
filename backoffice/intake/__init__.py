"""The sync gateway: lets tills in, journals what they send, applies it behind, sends data down."""
