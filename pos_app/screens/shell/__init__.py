"""The window around the screens: log-in, status, navigation, keys."""
