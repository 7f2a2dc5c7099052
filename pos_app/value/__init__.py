"""Stored value at the till: asked for online, taken within limits offline, booked with sales."""
