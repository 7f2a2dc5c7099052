"""Barcode scanners: serial lines and keyboard wedges."""
