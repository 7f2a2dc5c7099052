"""From a priced basket and its settlement to the fact that is journalled."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.till.service import TillSession
from retail.catalog import ItemSnapshot
from retail.contract.facts import (
    LineDiscount,
    PaidTender,
    PromotionChoice,
    SaleClosed,
    SalePromotion,
    SoldLine,
    SoldPart,
    TaxRow,
    ValueMove,
)
from retail.errors import RetailError
from retail.identity import DocumentNumber, unix_ms_of
from retail.money import divide_half_away
from retail.pricing import PricedBasket, PricedLine, Solution
from retail.quantity import ONE
from retail.tender import Settlement


@dataclass(frozen=True, slots=True)
class Origin:
    """A sale's number, and where its prices came from.

    Attributes:
        price_version: the position in force of the price list.
        priced_us: the instant that its promotions were judged by.
    """

    number: DocumentNumber
    price_version: int
    priced_us: int


def sale_fact(
    session: TillSession,
    priced: PricedBasket,
    settlement: Settlement,
    origin: Origin,
    value: tuple[ValueMove, ...] = (),
) -> SaleClosed:
    """The sale as head office will read it, years from now and without this till's catalogue."""
    return SaleClosed(
        number=str(origin.number),
        till=session.till,
        currency=session.store.currency,
        staff=session.staff.staff_id,
        total=priced.total_minor,
        lines=tuple(_line(n, line) for n, line in enumerate(priced.lines, 1)),
        tenders=tuple(
            PaidTender(
                kind=t.kind.value,
                amount=t.amount_minor,
                given=t.given_minor,
                change=t.change_minor,
                ref=t.reference,
            )
            for t in settlement.tenders
        ),
        tax=tuple(TaxRow(r.code, r.ppm, r.net_minor, r.tax_minor) for r in priced.tax),
        started_us=unix_ms_of(priced.basket.basket_id) * 1000,
        tax_included=priced.tax_included,
        rounding=settlement.rounding_minor,
        savings=priced.savings_minor,
        age_checked=priced.basket.age_confirmed,
        price_version=origin.price_version,
        promotions=_choice(priced.solution, origin.priced_us),
        value=value,
    )


def _choice(solution: Solution, priced_us: int) -> PromotionChoice | None:
    if not solution.snapshot:
        return None
    return PromotionChoice(
        snapshot=solution.snapshot,
        engine=solution.engine_version,
        priced_us=priced_us,
        minimised=solution.minimised,
        bound=solution.bound,
        proved=solution.proved,
        applied=tuple(
            SalePromotion(
                promotion=one.promo_id,
                version=one.version,
                name=one.name,
                minor=one.minor,
                applications=one.applications,
                units=one.units,
                funding="manufacturer" if one.manufacturer_funded else "store",
            )
            for one in solution.applied
        ),
        set_aside=solution.set_aside,
    )


def _line(n: int, priced: PricedLine) -> SoldLine:
    item = priced.line.item
    if item is None:
        raise RetailError("sale.blocked", "An unknown code is in the basket; remove its line.")
    quantity = priced.line.quantity
    return SoldLine(
        n=n,
        sku=item.sku,
        name=item.name,
        qty=quantity,
        price=item.unit_price_minor,
        gross=priced.gross_minor,
        discount=priced.discount_minor,
        net=priced.net_minor,
        parts=_parts(item, quantity),
        unit=item.unit.value,
        tax=dict(priced.taxes),
        gtin=item.gtin,
        discounts=tuple(LineDiscount(s.promo_id, s.minor, s.units) for s in priced.savings),
    )


def _parts(item: ItemSnapshot, quantity: int) -> tuple[SoldPart, ...]:
    """What leaves the stock: the article itself in its own unit, or the parts of a pack."""
    stock = divide_half_away(quantity * item.pack_thousandths, ONE)
    if not item.components:
        return (SoldPart(item.sku, stock),)
    return tuple(
        SoldPart(part.sku, divide_half_away(stock * part.thousandths, ONE))
        for part in item.components
    )
