"""Shapes of the JSON interface."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class ShutOutIn(BaseModel):
    """How a till is shut out; ``drain_ok`` takes in what it still holds."""

    drain_ok: bool = True


class MoveIn(BaseModel):
    """Where a till is to move."""

    store: str = Field(max_length=8, pattern=r"^[^\x00]*$")
    till: int = Field(ge=0, le=1_000_000)


class AcceptedOut(BaseModel):
    """How many entries are booked with the next retry."""

    accepted: int


class RecoveryOut(BaseModel):
    """How far the newest recovery has come."""

    model_config = ConfigDict(from_attributes=True)
    under_way: bool
    incarnation: int
    began_at: datetime | None
    ended_at: datetime | None
    journals: int
    back: int
    oldest_missing_at: datetime | None


class BackupOut(BaseModel):
    """The newest verified backup."""

    model_config = ConfigDict(from_attributes=True)
    file: str
    sha256: str
    size: int
    journals: int
    entries: int
    taken_at: datetime
    verified_at: datetime
