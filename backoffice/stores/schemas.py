"""Shapes of the JSON interface."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class StoreOut(BaseModel):
    """A store with the number of its tills."""

    model_config = ConfigDict(from_attributes=True)
    store_id: str
    company: str
    name: str
    street: str
    city: str
    currency: str
    zone: str
    cut_over_minutes: int
    price_zone: str
    tax_zone: str
    tax_included: bool
    language: str
    tills: int
    enrolled: int


class SettingIn(BaseModel):
    """A setting's value; null for the default."""

    value: str | None


class TillOut(BaseModel):
    """A till and its present installation; empty and null where there is none."""

    model_config = ConfigDict(from_attributes=True)
    store_id: str
    till: int
    name: str
    installation: str
    app_version: str
    last_seen_at: datetime | None
    clock_skew_ms: int
    queued: int
    oldest_queued_at: datetime | None
    alarm: str
    jid: str
    head_seq: int
    head_hash: str
    applied_seq: int
    quarantined: int


class TotalsOut(BaseModel):
    """What came in through a till's journals; amounts in minor units."""

    model_config = ConfigDict(from_attributes=True)
    store: str
    till: int
    sales: int
    gross_minor: int
    cash_minor: int
    last_seq: int
    head_hash: str
