"""The till: sells on a local store, drives the devices and syncs with the head office."""
