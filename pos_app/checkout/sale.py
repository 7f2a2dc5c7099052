"""From a priced basket and its settlement to the fact that is journalled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware.card import CardSlip
from pos_app.till.service import TillSession
from retail.basket.model import Basket, GivenBy, Returned, Weight
from retail.catalog import ItemSnapshot
from retail.contract.sales import (
    ForeignCash,
    GoodsBack,
    LeftOut,
    LineDiscount,
    ManualCut,
    PaidTender,
    PromotionChoice,
    SaleClosed,
    SalePromotion,
    SoldLine,
    SoldPart,
    TaxExemption,
    TaxRow,
    TypedWeight,
    ValueMove,
)
from retail.errors import RetailError
from retail.identity import DocumentNumber, unix_ms_of
from retail.money import divide_half_away
from retail.pricing import PricedBasket, PricedLine
from retail.quantity import ONE, extend
from retail.tender.settlement import Foreign, Settlement, Tender


@dataclass(frozen=True, slots=True)
class Origin:
    """A sale's number, and where its prices came from.

    Attributes:
        price_version: the position in force of the price list.
        priced_us: the instant that its promotions were judged by.
        cards: what a terminal told, by the reference of its tender.
    """

    number: DocumentNumber
    price_version: int
    priced_us: int
    cards: Mapping[str, CardSlip] = field(default_factory=dict)


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
        tenders=tuple(_tender(t, origin.cards.get(t.reference)) for t in settlement.tenders),
        tax=tuple(TaxRow(r.code, r.ppm, r.net_minor, r.tax_minor) for r in priced.tax),
        started_us=unix_ms_of(priced.basket.basket_id) * 1000,
        tax_included=priced.tax_included,
        rounding=settlement.rounding_minor,
        savings=priced.savings_minor,
        age_checked=priced.basket.age_confirmed,
        price_version=origin.price_version,
        party=priced.basket.customer.party if priced.basket.customer else None,
        note=priced.basket.note,
        exempt=_exemption(priced.basket),
        promotions=_choice(priced, origin.priced_us),
        value=value,
        origin=priced.basket.origin,
        coupons=priced.coupons,
    )


def _tender(paid: Tender, card: CardSlip | None) -> PaidTender:
    return PaidTender(
        kind=paid.kind.value,
        amount=paid.amount_minor,
        given=paid.given_minor,
        change=paid.change_minor,
        ref=paid.reference,
        foreign=_foreign(paid.foreign),
        last_four=card.last_four if card else "",
        auth=card.auth_code if card else "",
    )


def _foreign(given: Foreign | None) -> ForeignCash | None:
    if given is None:
        return None
    return ForeignCash(given.currency, given.amount_minor, given.rate_ppm)


def _exemption(basket: Basket) -> TaxExemption | None:
    shown = basket.exemption
    if shown is None:
        return None
    by = shown.given
    return TaxExemption(shown.certificate, by.reason, by.staff, by.approved)


def _choice(priced: PricedBasket, priced_us: int) -> PromotionChoice | None:
    solution = priced.solution
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
        left_out=tuple(
            LeftOut(promotion, by.reason, by.staff, by.approved)
            for promotion, by in priced.basket.without
        ),
    )


def _line(n: int, priced: PricedLine) -> SoldLine:
    item = priced.line.item
    if item is None:
        raise RetailError("sale.blocked", "An unknown code is in the basket; remove its line.")
    line, back = priced.line, priced.line.returned
    quantity = line.quantity if back is None else -line.quantity
    return SoldLine(
        n=n,
        sku=item.sku,
        name=item.name,
        qty=quantity,
        price=line.unit_price_minor,
        gross=priced.gross_minor,
        discount=priced.discount_minor,
        net=priced.net_minor,
        parts=_parts(item, quantity),
        unit=item.unit.value,
        tax=dict(priced.taxes),
        gtin=item.gtin,
        discounts=tuple(LineDiscount(s.promo_id, s.minor, s.units) for s in priced.savings),
        was=item.unit_price_minor if line.override else None,
        cuts=_cuts(priced),
        note=line.note,
        seller=line.seller,
        serial=line.serial,
        lot=line.lot,
        expires=line.expires,
        tare=line.weight.tare if line.weight else 0,
        typed=_typed(line.weight),
        back=None if back is None else _back(back),
    )


def _typed(weight: Weight | None) -> TypedWeight | None:
    if weight is None or weight.typed_by is None:
        return None
    return TypedWeight(weight.typed_by, weight.approved)


def _cuts(priced: PricedLine) -> tuple[ManualCut, ...]:
    """What was taken off by hand: off the price of each unit, the line, and as its share."""
    line, found = priced.line, []
    if line.override is not None and line.item is not None:
        off = extend(line.item.unit_price_minor, line.quantity) - priced.gross_minor
        found.append(_cut("price", off, 0, line.override.given))
    if line.reduction is not None:
        cut = line.reduction
        found.append(_cut("line", priced.reduced_minor, cut.ppm, cut.given))
    if priced.share is not None and priced.share_minor:
        found.append(_cut("basket", priced.share_minor, priced.share.ppm, priced.share.given))
    return tuple(found)


def _cut(scope: str, minor: int, ppm: int, by: GivenBy) -> ManualCut:
    return ManualCut(scope, minor, ppm, by.reason, by.staff, by.approved)


def _back(back: Returned) -> GoodsBack:
    by = back.given
    return GoodsBack(back.disposition.value, by.reason, by.staff, by.approved, back.sale, back.n)


def _parts(item: ItemSnapshot, quantity: int) -> tuple[SoldPart, ...]:
    """What leaves the stock: the article itself in its own unit, or the parts of a pack."""
    stock = divide_half_away(quantity * item.pack_thousandths, ONE)
    if not item.components:
        return (SoldPart(item.sku, stock),)
    return tuple(
        SoldPart(part.sku, divide_half_away(stock * part.thousandths, ONE))
        for part in item.components
    )
