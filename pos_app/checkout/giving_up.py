"""What is given up of a basket before it is paid, for the journal (loss prevention)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from pos_app.checkout import promotions
from pos_app.checkout.drafts import Draft
from pos_app.journal import append as journal
from pos_app.till.service import TillSession
from retail.basket.model import Basket, GivenBy
from retail.contract.facts import BasketVoided
from retail.money import divide_half_away
from retail.pricing import PricedLine

Gone = tuple[str, int, int]
"""SKU or code, thousandths, and what they cost in minor units."""


def journal_lines(
    tx: Connection,
    session: TillSession,
    basket: Basket,
    lines: Iterable[PricedLine],
    given: GivenBy | None = None,
) -> None:
    """Journal that whole lines were given up."""
    _journal(tx, session, basket, tuple(_gone(one, one.line.quantity) for one in lines), given)


def journal_less(tx: Connection, session: TillSession, before: Draft, after: Basket) -> None:
    """Journal the units that a step takes off a basket, if any, at what they cost before it."""
    left = {}
    if after.basket_id == before.basket.basket_id:
        left = {line.line: line.quantity for line in after.lines}
    less = {
        line.line: line.quantity - left.get(line.line, 0)
        for line in before.basket.lines
        if line.item is not None
        and line.returned is None
        and line.quantity > left.get(line.line, 0)
    }
    if less:
        lines = promotions.priced(tx, session, before).lines
        gone = (_gone(one, less[one.line.line]) for one in lines if one.line.line in less)
        _journal(tx, session, before.basket, tuple(gone), None)


def _gone(one: PricedLine, thousandths: int) -> Gone:
    whole = one.line.quantity
    part = divide_half_away(one.net_minor * thousandths, whole) if whole else one.net_minor
    return one.line.item.sku if one.line.item else one.line.code, thousandths, part


def _journal(
    tx: Connection,
    session: TillSession,
    basket: Basket,
    lines: tuple[Gone, ...],
    given: GivenBy | None,
) -> None:
    fact = BasketVoided(
        basket=basket.basket_id,
        staff=session.staff.staff_id,
        lines=lines,
        reason=given.reason if given else "",
        approved=given.approved if given else None,
    )
    entry = journal.Draft(session.desk.new_id(), session.place(), fact)
    journal.append(tx, session.desk, journal.head(tx), entry)
