"""Shapes of the JSON interface; amounts in the instrument's own unit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from retail.value import ValueKind

_NO_ZERO = r"^[^\x00]*$"
Code = Annotated[str, Field(min_length=4, max_length=64, pattern=_NO_ZERO)]
Amount = Annotated[int, Field(ge=1, le=10**12)]


class EntryOut(BaseModel):
    """A posting; ``amount`` is signed."""

    model_config = ConfigDict(from_attributes=True)
    rid: UUID
    n: int
    store_id: str
    act: str
    amount: int
    authority: str
    at: datetime


class InstrumentOut(BaseModel):
    """An instrument with its newest postings."""

    model_config = ConfigDict(from_attributes=True)
    instrument_id: UUID
    kind: str
    last_four: str
    balance: int
    available: int
    state: str
    opened_at: datetime
    entries: list[EntryOut]


class TotalsOut(BaseModel):
    """Sums of a kind: ``brought = taken + covered - overspent``."""

    model_config = ConfigDict(from_attributes=True)
    kind: str
    brought: int
    taken: int
    covered: int
    overspent: int
    open_cases: int


class CodeIn(BaseModel):
    """A code, in the body so that no log of addresses holds it."""

    kind: ValueKind
    code: Code


class LoadIn(CodeIn):
    """Value for an instrument, which is opened when it is new.

    ``rid`` makes a repeated request harmless.
    """

    amount: Amount
    rid: UUID


class ReasonIn(BaseModel):
    """Why something is done to an instrument."""

    note: str = Field(min_length=1, max_length=400, pattern=_NO_ZERO)


class SettleIn(ReasonIn):
    """Bring an instrument to zero; ``rid`` makes a repeated request harmless."""

    rid: UUID
