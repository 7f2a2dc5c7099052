"""Devices of a till behind small ports: scanners, receipt printers, cash drawers.

Threads, sockets and serial lines live here; Qt and SQL do not. What a device does reaches the
till as frozen events delivered to one callback.
"""
