"""What the tests share: random baskets and offers, and the fixture's type."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from hypothesis import strategies as st

from retail.basket import Basket, add
from retail.catalog import ItemSnapshot, Unit
from retail.pricing import PricedBasket
from retail.tax import TaxRounding, TaxRules
from retail.tender import Offer, TenderKind

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


def untaxed(priced: PricedBasket) -> int:
    return sum(ln.net_minor for ln in priced.lines if ln.line.item and not ln.line.item.tax_codes)
