"""Shapes of the JSON interface; amounts in minor units, quantities in thousandths."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SaleOut(_Out):
    """A sale in a list."""

    store_id: str
    rid: UUID
    till: int
    number: str
    business_date: date
    at: datetime
    cashier: str
    currency: str
    total_minor: int
    tax_minor: int
    savings_minor: int
    lines: int
    tenders: str


class SalePage(_Out):
    """A piece of the list; ``previous`` and ``following`` go into ``before`` and ``after``."""

    rows: list[SaleOut]
    previous: str
    following: str


class LineOut(_Out):
    """A sold line."""

    n: int
    sku: str
    name: str
    unit: str
    quantity: int
    price_minor: int
    gross_minor: int
    discount_minor: int
    net_minor: int


class DiscountOut(_Out):
    """What a promotion took off a line."""

    n: int
    promotion: str
    minor: int
    units: int


class PromotionOut(_Out):
    """A promotion as the sale used it."""

    promotion: str
    version: int
    name: str
    applications: int
    units: int
    minor: int
    funding: str


class ChoiceOut(_Out):
    """How the promotions were chosen; sums in 1/10,000 minor unit."""

    snapshot: str
    engine_version: int
    minimised: int
    bound: int
    proved: bool


class TaxOut(_Out):
    """A row of the tax table; ``ppm`` is the rate in parts per million."""

    code: str
    ppm: int
    net_minor: int
    tax_minor: int


class TenderOut(_Out):
    """A booked tender."""

    n: int
    kind: str
    amount_minor: int
    given_minor: int
    change_minor: int
    reference: str
    currency: str
    currency_minor: int
    rate_ppm: int


class PostingOut(_Out):
    """A ledger line: debit positive, credit negative."""

    account: str
    name: str
    detail: str
    minor: int


class EntryOut(_Out):
    """The ledger entry of a sale."""

    kind: str
    posted_on: date
    text: str
    currency: str
    balanced: bool
    lines: list[PostingOut]


class MoveOut(_Out):
    """A stock movement."""

    line: int
    component: int
    sku: str
    thousandths: int
    from_site: str
    from_state: str
    to_site: str
    to_state: str
    kind: str


class ProofOut(_Out):
    """The receipt's place in its journal's chain; hashes in hex."""

    jid: UUID
    seq: int
    entry_bytes: int
    previous_hash: str
    stored_hash: str
    computed_hash: str
    leaf: str
    columns_agree: bool
    next_holds: bool | None
    holds: bool


class SaleDetailOut(_Out):
    """One receipt with everything that was booked for it."""

    sale: SaleOut
    rounding_minor: int
    lines: list[LineOut]
    discounts: list[DiscountOut]
    promotions: list[PromotionOut]
    choice: ChoiceOut
    taxes: list[TaxOut]
    tenders: list[TenderOut]
    entry: EntryOut | None
    moves: list[MoveOut]
    proof: ProofOut | None
