"""A receipt by e-mail: whom it goes to is asked for, the rest is head office's."""
