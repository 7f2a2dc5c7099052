"""Goods that come back into the open basket: from a receipt, or without one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from pos_app.checkout import queries, weighing
from pos_app.checkout.open_basket import Change, CheckoutView, basket_of, keep
from pos_app.checkout.receipt_search import Receipt
from pos_app.checkout.waiting_returns import waiting_of
from pos_app.staff.approvals import Why, allowed
from pos_app.till.queries import tax_rules
from pos_app.till.service import TillSession
from retail.barcode.gtin import parse
from retail.basket import lines as baskets
from retail.basket.model import Basket, Disposition, GivenBy, Returned
from retail.catalog import Component, ItemSnapshot, Unit
from retail.contract.sales import SoldLine
from retail.errors import RetailError
from retail.quantity import ONE, extend
from retail.reasons import Occasion
from retail.rights import Right
from retail.taking_back import Part, Worth, returnable, worth_of
from retail.tax import TaxableLine, tax_table


@dataclass(frozen=True, slots=True)
class Back:
    """How goods come back: how much in thousandths, why, and where they go."""

    thousandths: int
    why: Why
    disposition: Disposition = Disposition.SHELF


def take_back(
    tx: Connection, session: TillSession, receipt: Receipt, n: int, back: Back
) -> CheckoutView:
    """Put a line of a receipt into the open basket, or give it another quantity there.

    Raises:
        RetailError: ``return.currency``, ``return.invoiced`` for what another till has an invoice
            of, ``return.line``, ``return.quantity``, ``return.stored``
            for what was put on a card, ``reason.unknown``.
        ApprovalNeededError: the right, up to what is given back, is missing.
    """
    basket = basket_of(tx, session)
    if receipt.fact.currency != basket.currency:
        raise RetailError(
            "return.currency",
            "The receipt is in %(currency)s; take it back where that is paid out.",
            currency=receipt.fact.currency,
        )
    _check_invoice(receipt)
    sold = _sold(receipt, n)
    if any(move.stored and move.line == n for move in receipt.fact.value):
        raise _stored(sold.name)
    here = {part.n: part for part in _parts(basket, receipt.rid)} | {n: Part(n, back.thousandths)}
    rounding = receipt.rounding or session.store.tax_rounding
    gone = Counter(receipt.gone)
    gone.update(waiting_of(tx, receipt.rid))
    worth = dict(zip(here, worth_of(receipt.fact, rounding, gone, here.values()), strict=True))
    given_back = sum(one.net for one in worth.values())
    by = allowed(session.staff, Right.RETURN, given_back, Occasion.RETURN, back.why)
    after = _worth_anew(basket, receipt.rid, worth)
    returned = _returned(by, worth[n], receipt, n, back.disposition)
    after = baskets.take_back(
        after, _snapshot(sold), returned, code=receipt.fact.number, quantity=back.thousandths
    )
    return keep(tx, session, Change(basket, after))


def take_back_all(
    tx: Connection, session: TillSession, receipt: Receipt, back: Back
) -> CheckoutView:
    """Put all that is left of a receipt into the open basket, whatever ``back`` says how much.

    Raises:
        RetailError: as :func:`take_back`; ``return.nothing`` when all of it came back before.
        ApprovalNeededError: the right, up to what is given back, is missing.
    """
    view = None
    stored = {move.line for move in receipt.fact.value if move.stored}
    receipt = replace(receipt, waiting=waiting_of(tx, receipt.rid))
    for n, left in left_of(receipt).items():
        if left > 0 and n not in stored:
            view = take_back(tx, session, receipt, n, replace(back, thousandths=left))
    if view is None and stored:
        raise _stored(_sold(receipt, min(stored)).name)
    if view is None:
        raise RetailError(
            "return.nothing", "All of this receipt came back already; nothing was taken back."
        )
    return view


def take_back_blind(tx: Connection, session: TillSession, code: str, back: Back) -> CheckoutView:
    """Take goods back without a receipt, at today's price.

    Raises:
        RetailError: ``return.unknown`` for a code that the catalogue does not know,
            ``return.stored`` for an article that stores value,
            ``basket.quantity``, ``reason.unknown``.
        ApprovalNeededError: the right, up to what is given back, is missing, or that to type a
            weight where there is a scale.
    """
    basket = basket_of(tx, session)
    now = session.desk.now_us()
    item = queries.find(tx, session.store, parse(code), now)
    if item is None:
        raise RetailError(
            "return.unknown", "%(code)s is not in the catalogue; nothing was taken back.", code=code
        )
    if item.stores:
        raise _stored(item.name)
    amount = extend(item.unit_price_minor, back.thousandths)
    by = allowed(session.staff, Right.RETURN_BLIND, amount, Occasion.RETURN, back.why)
    rules = tax_rules(tx, session.store, now)
    taxes = tax_table([TaxableLine(amount, item.tax_codes)], rules)
    returned = Returned(
        given=by,
        gross_minor=amount,
        net_minor=amount,
        taxes=tuple((row.code, row.ppm, row.tax_minor) for row in taxes),
        disposition=back.disposition,
    )
    weight = weighing.typed(session, item, back.why.approver)
    after = baskets.take_back(basket, item, returned, code=code, quantity=back.thousandths)
    after = baskets.changed(after, replace(after.lines[-1], weight=weight))
    return keep(tx, session, Change(basket, after))


def left_of(receipt: Receipt) -> dict[int, int]:
    """What of each line of a receipt can still come back here, in thousandths."""
    gone = Counter(receipt.gone)
    gone.update(receipt.waiting)
    for one in receipt.elsewhere.claimed:
        gone[one.n] += one.thousandths
    return {n: max(left, 0) for n, left in returnable(receipt.fact, gone).items()}


def _check_invoice(receipt: Receipt) -> None:
    """Goods of an invoice are credited with their return, and that only its own till can do."""
    if receipt.elsewhere.invoice:
        raise RetailError(
            "return.invoiced",
            "Receipt %(receipt)s has invoice %(number)s; take the goods back at till %(till)s of "
            "%(store)s, which credits it. Nothing was taken back.",
            receipt=receipt.fact.number,
            number=receipt.elsewhere.invoice,
            till=receipt.fact.till,
            store=receipt.elsewhere.place,
        )


def _stored(name: str) -> RetailError:
    return RetailError(
        "return.stored",
        "%(name)s cannot be taken back at the till: its money is on the card and may be spent. "
        "Head office can take what is left off the card and pay it out.",
        name=name,
    )


def _sold(receipt: Receipt, n: int) -> SoldLine:
    for line in receipt.fact.lines:
        if line.n == n and line.qty > 0:
            return line
    raise RetailError("return.line", "Line %(line)s was not sold.", line=n)


def _parts(basket: Basket, sale: UUID) -> list[Part]:
    """What of a sale comes back in the basket so far."""
    return [
        Part(line.returned.n, line.quantity)
        for line in basket.lines
        if line.returned is not None and line.returned.sale == sale
    ]


def _worth_anew(basket: Basket, sale: UUID, worth: dict[int, Worth]) -> Basket:
    """Lines of the same sale share its cents: with another part each is valued again."""
    for line in basket.lines:
        back = line.returned
        if line.item is not None and back is not None and back.sale == sale:
            one = worth[back.n]
            new = replace(back, gross_minor=one.gross, net_minor=one.net, taxes=one.taxes)
            basket = baskets.take_back(
                basket, line.item, new, code=line.code, quantity=line.quantity
            )
    return basket


def _returned(
    by: GivenBy, worth: Worth, receipt: Receipt, n: int, disposition: Disposition
) -> Returned:
    return Returned(
        given=by,
        gross_minor=worth.gross,
        net_minor=worth.net,
        taxes=worth.taxes,
        disposition=disposition,
        sale=receipt.rid,
        number=receipt.fact.number,
        n=n,
    )


def _snapshot(sold: SoldLine) -> ItemSnapshot:
    """The article as it was sold: this till's catalogue may know another, or none."""
    parts = tuple(Component(part.sku, part.thousandths * ONE // sold.qty) for part in sold.parts)
    own = len(parts) == 1 and parts[0].sku == sold.sku
    return ItemSnapshot(
        sku=sold.sku,
        name=sold.name,
        category="",
        unit=Unit(sold.unit),
        unit_price_minor=sold.price,
        tax_codes=tuple(sorted(sold.tax)),
        gtin=sold.gtin,
        pack_thousandths=parts[0].thousandths if own else ONE,
        components=() if own else parts,
    )
