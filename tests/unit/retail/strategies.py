"""What the tests share: random baskets and offers, and the fixture's type."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from retail.basket.lines import add
from retail.basket.model import Basket
from retail.catalog import ItemSnapshot, Unit
from retail.pricing import PricedBasket
from retail.pricing_terms import LivePromotion, PricingTerms, promotion_set
from retail.promotions.reading import read_promotion
from retail.tax import TaxRounding, TaxRules
from retail.tender.settlement import Offer, TenderKind

Refusal = Callable[[str], AbstractContextManager[None]]
BASKET_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
RATES = {"A": 210_000, "B": 60_000, "Z": 0}


def article(sku: str = "MILK", unit: Unit = Unit.PIECE, **changes: object) -> ItemSnapshot:
    fields: dict[str, object] = {
        "sku": sku,
        "name": sku.title(),
        "category": "food",
        "unit": unit,
        "unit_price_minor": 129,
        "tax_codes": ("A",),
    }
    return ItemSnapshot(**(fields | changes))  # type: ignore[arg-type]


def rules() -> st.SearchStrategy[TaxRules]:
    return st.builds(
        TaxRules,
        inclusive=st.booleans(),
        rates=st.fixed_dictionaries({code: st.integers(0, 1_000_000) for code in RATES}),
        rounding=st.sampled_from(TaxRounding),
    )


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    basket = Basket(BASKET_ID, "EUR")
    for number in range(draw(st.integers(0, 6))):
        unit = draw(st.sampled_from(Unit))
        item = article(
            f"S{number}",
            unit,
            unit_price_minor=draw(st.integers(0, 50_000)),
            tax_codes=draw(st.sampled_from([(), ("A",), ("B",), ("Z",), ("A", "B")])),
        )
        pieces = unit is Unit.PIECE
        quantity = 1000 * draw(st.integers(1, 30)) if pieces else draw(st.integers(1, 30_000))
        basket = add(basket, item, code=item.sku, quantity=quantity)
    return basket


def complete_offers(total: int, cash_share: int, extra: int) -> list[Offer]:
    """A card for a part of a positive total, cash for the rest plus ``extra``."""
    card = total * (100 - cash_share) // 100
    offers = [Offer(TenderKind.CARD, card, "A1")] if card else []
    rest = total - card
    return [*offers, Offer(TenderKind.CASH, rest + extra)] if rest else offers


OFFERS = (
    {"id": "A-TEN", "type": "percent", "bp": 1000, "funding": "manufacturer"},
    {"id": "B-THREE", "type": "cheapest_free", "n": 3, "free": 1},
    {"id": "C-SPEND", "type": "basket_amount", "amount": 75, "min_spend": 500},
)
NOON = datetime.fromisoformat("2026-11-20T12:00")


def terms(*raw: dict[str, Any], **other: Any) -> PricingTerms:
    """What baskets are priced under; ``other`` are fields of the terms."""
    live = [LivePromotion(read_promotion(one), 7, f"Offer {one['id']}") for one in raw]
    return PricingTerms(promotion_set("5e7", live), **({"at": NOON} | other))


def untaxed(priced: PricedBasket) -> int:
    return sum(ln.net_minor for ln in priced.lines if ln.line.item and not ln.line.item.tax_codes)
