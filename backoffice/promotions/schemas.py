"""Shapes of the JSON interface; amounts in minor units."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PromotionOut(_Out):
    """A promotion in a list; times are the stores' wall clock, empty for no bound."""

    promotion: str
    name: str
    lane: str
    type: str
    status: str
    owner: str
    funding: str
    version: int
    valid_from: str
    valid_to: str
    offer: str
    sales: int


class PromotionPage(_Out):
    """A piece of the list; ``previous`` and ``following`` go into ``before`` and ``after``."""

    rows: list[PromotionOut]
    previous: str
    following: str


class VersionOut(_Out):
    """A version; ``params`` are its rules, ``content_hash`` what tills know it by."""

    version: int
    name: str
    texts: dict[str, str]
    params: dict[str, Any]
    offer: str
    conditions: list[str]
    content_hash: str
    created_by: str
    created_at: datetime
    approved_by: str
    live_at: datetime | None


class ConflictOut(_Out):
    """Another live promotion on some of the same articles."""

    promotion: str
    name: str
    articles: int


class UsageOut(_Out):
    """What sales in a currency used of it."""

    currency: str
    sales: int
    applications: int
    units: int
    minor: int


class PromotionDetailOut(_Out):
    """One promotion with its versions, newest first."""

    promotion: PromotionOut
    priority: int
    exclusive: bool
    exclusive_group: str
    alloc: str
    versions: list[VersionOut]
    conflicts: list[ConflictOut]
    usage: list[UsageOut]
