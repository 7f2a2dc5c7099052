"""Shapes of the JSON interface."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class RecordOut(BaseModel):
    """A record that a case is about."""

    model_config = ConfigDict(from_attributes=True)
    store_id: str
    rid: UUID


class CaseOut(BaseModel):
    """A case; ``amount_minor`` in the smallest unit of its subject."""

    model_config = ConfigDict(from_attributes=True)
    store_id: str
    case_id: UUID
    kind: str
    subject: str
    sentence: str
    amount_minor: int
    owner: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    note: str
    records: list[RecordOut]


class CasePage(BaseModel):
    """A piece of the list; ``previous`` and ``following`` go into ``before`` and ``after``."""

    model_config = ConfigDict(from_attributes=True)
    rows: list[CaseOut]
    previous: str
    following: str


class Resolution(BaseModel):
    """What was decided, and why."""

    note: str = Field(min_length=1, max_length=400, pattern=r"^[^\x00]*$")
