"""Shapes of the JSON interface of customers; amounts in minor units."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_MOST = 10**12


class AccountOut(BaseModel):
    """A customer's account: its credit line, what is left of it, and what is owed."""

    model_config = ConfigDict(from_attributes=True)
    party_id: UUID
    limit: int
    left: int
    owed: int
    state: str


class LimitIn(BaseModel):
    """A credit line; ``rid`` makes a repeated request harmless."""

    limit: Annotated[int, Field(ge=0, le=_MOST)]
    rid: UUID


class PaymentIn(BaseModel):
    """What a customer paid; ``rid`` makes a repeated request harmless."""

    amount: Annotated[int, Field(ge=1, le=_MOST)]
    rid: UUID
