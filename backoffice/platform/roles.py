"""Roles of head-office users."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do at head office."""

    ADMIN = "admin"
    OFFICE = "office"
    VIEWER = "viewer"
