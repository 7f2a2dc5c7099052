"""Devices without hardware, for demonstrations and tests."""
