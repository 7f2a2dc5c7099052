"""Use cases of card payments: begin, hear the answer, use it for a sale, take it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, delete, insert

from db.crash_points import crash_point
from db.store.payments import CardTerminalInUse
from db.transaction import changed
from hardware.card import (
    CardApproved,
    CardAsk,
    CardCancelled,
    CardDeclined,
    CardResult,
    CardSlip,
    CardUnknown,
)
from pos_app.journal import append as journal
from pos_app.journal.desk import Desk
from pos_app.payments import attempts
from pos_app.payments.attempts import Attempt, State
from pos_app.till.queries import open_shift, store_profile
from pos_app.till.service import TillSession
from retail.business_day import business_date
from retail.contract.facts import CardWithoutSale
from retail.errors import RetailError
from retail.tender.settlement import Tender, TenderKind

CHANGE = "card"
"""What a transaction is marked with that leaves the terminal something to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go over the card.

    Attributes:
        minor: as an offer to the sale: below zero for a refund.
        taken: attempts that the payment has already; any other that fits is taken first.
    """

    minor: int
    taken: tuple[UUID, ...] = ()

    @property
    def ask(self) -> CardAsk:
        """What the terminal is asked."""
        return CardAsk.PAY if self.minor > 0 else CardAsk.REFUND


@dataclass(frozen=True, slots=True)
class Standing:
    """What the terminal has done for a basket: one to be resolved, and what no sale has yet."""

    unresolved: Attempt | None
    unused: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """An attempt behind an answer of the terminal.

    Attributes:
        changed: the answer told something new.
        given_back: it was approved and is being reversed: no basket waits for it.
    """

    attempt: Attempt
    changed: bool
    given_back: bool = False


def have_terminal(tx: Connection, name: str) -> None:
    """Note which card terminal this till has now, empty for none."""
    tx.execute(delete(CardTerminalInUse))
    if name:
        tx.execute(insert(CardTerminalInUse).values(id=1, name=name))


def standing(tx: Connection, basket_id: UUID) -> Standing:
    """How a basket stands with the terminal."""
    found = attempts.of_basket(tx, basket_id)
    waiting = [one for one in found if one.unresolved]
    return Standing(waiting[0] if waiting else None, attempts.unused(tx, basket_id))


def begin(tx: Connection, session: TillSession, basket_id: UUID, wanted: Wanted) -> Attempt:
    """Keep an attempt, so that it is on disk before the terminal hears of it.

    What the terminal has approved of that amount, and no sale has, is given instead: nobody is
    charged again for it.

    Raises:
        RetailError: ``card.no_terminal``, ``card.amount``, ``card.basket`` for a basket that is
            not open, ``card.unresolved`` while an earlier attempt of the basket has no known end.
    """
    terminal = attempts.terminal_in_use(tx)
    if not terminal:
        raise RetailError(
            "card.no_terminal", "This till has no card terminal; nothing was charged."
        )
    if not wanted.minor:
        raise RetailError("card.amount", "There is nothing to charge a card with.")
    if not attempts.basket_lives(tx, basket_id):
        raise RetailError("card.basket", "Another basket is open; nothing was charged.")
    known = standing(tx, basket_id)
    if known.unresolved is not None:
        raise RetailError(
            "card.unresolved",
            "An earlier card payment of this basket has no known end; nothing more was charged. "
            "Check with the terminal first.",
        )
    for one in known.unused:
        if one.offered_minor == wanted.minor and one.attempt_id not in wanted.taken:
            return one
    return _write(tx, session.desk, _new(session, basket_id, wanted), terminal)


def answered(tx: Connection, desk: Desk, attempt_id: UUID, result: CardResult) -> Heard | None:
    """What the terminal said of an attempt, asked or not; None for a reference of nobody's.

    An approval that no basket waits for any more is taken back, by an attempt of its own.
    """
    before = attempts.find(tx, attempt_id)
    if before is None:
        return None
    after = _after(before, result)
    if after is None:
        return Heard(before, changed=False)
    attempts.end(tx, after, desk.now_us())
    crash_point("card.answered")
    if after.ask is CardAsk.REVERSE:
        _tell_of_reversal(tx, desk, after)
    elif after.state is State.APPROVED and not _is_wanted(tx, before):
        return Heard(after, changed=True, given_back=take_back(tx, desk, after) is not None)
    return Heard(after, changed=True)


def take_back(tx: Connection, desk: Desk, one: Attempt) -> Attempt | None:
    """Begin to reverse an approval that no sale has; None when it is not there to be reversed."""
    if not attempts.is_unused(tx, one):
        return None
    wanted = replace(
        one,
        attempt_id=desk.new_id(),
        ask=CardAsk.REVERSE,
        of=one.attempt_id,
        state=State.REQUESTED,
        slip=None,
    )
    _journal(tx, desk, one, "reversing")
    return _write(tx, desk, wanted, attempts.terminal_in_use(tx))


def give_back(tx: Connection, session: TillSession, attempt_id: UUID) -> Attempt | None:
    """A card payment was taken off the sale again: reverse it."""
    one = attempts.find(tx, attempt_id)
    return None if one is None else take_back(tx, session.desk, one)


def let_go(tx: Connection, desk: Desk, basket_id: UUID) -> None:
    """The basket was given up or is paid otherwise: reverse what no sale has."""
    for one in attempts.unused(tx, basket_id):
        take_back(tx, desk, one)


def use(
    tx: Connection, session: TillSession, basket_id: UUID, tenders: Sequence[Tender]
) -> dict[str, CardSlip]:
    """Let the attempts behind a sale's tenders pay it; those of the basket that are over go back.

    A till without a card terminal takes cards on the cashier's word, as ever.

    Returns:
        What the terminal told of them, by the reference of their tender.

    Raises:
        RetailError: ``card.not_approved`` for a card tender without an approved attempt of that
            basket and amount that no sale has.
    """
    if not attempts.terminal_in_use(tx):
        return {}
    used: dict[str, CardSlip] = {}
    for tender in tenders:
        if tender.kind is TenderKind.CARD:
            used[tender.reference] = _use(tx, session, basket_id, tender)
    let_go(tx, session.desk, basket_id)
    return used


def slips(tx: Connection, references: Iterable[str]) -> dict[str, CardSlip]:
    """What the terminal told of the cards behind references of tenders; others are left out."""
    found = {reference: _referred(tx, reference) for reference in references if reference}
    return {ref: one.slip for ref, one in found.items() if one is not None and one.slip}


def _use(tx: Connection, session: TillSession, basket_id: UUID, tender: Tender) -> CardSlip:
    one = _referred(tx, tender.reference)
    fits = (
        one is not None
        and one.basket_id == basket_id
        and one.offered_minor == tender.amount_minor
        and one.currency == session.store.currency
        and not attempts.taken_back(tx, one)
    )
    slip = one.slip if one is not None else None
    if one is None or slip is None or not fits or not attempts.use(tx, one, basket_id):
        raise RetailError(
            "card.not_approved",
            "The card terminal has approved no such payment for this basket; nothing was booked. "
            "Pay with the card again, or another way.",
        )
    return slip


def _referred(tx: Connection, reference: str) -> Attempt | None:
    try:
        return attempts.find(tx, UUID(hex=reference))
    except ValueError:
        return None


def _new(session: TillSession, basket_id: UUID, wanted: Wanted) -> Attempt:
    return Attempt(
        attempt_id=session.desk.new_id(),
        basket_id=basket_id,
        ask=wanted.ask,
        of=None,
        minor=abs(wanted.minor),
        currency=session.store.currency,
        staff_id=session.staff.staff_id,
        state=State.REQUESTED,
        reason="",
        slip=None,
        sale=None,
    )


def _write(tx: Connection, desk: Desk, one: Attempt, terminal: str) -> Attempt:
    attempts.write(tx, one, terminal, desk.now_us())
    changed(tx, CHANGE)
    return one


def _after(before: Attempt, result: CardResult) -> Attempt | None:
    """The attempt behind an answer; None when the answer tells nothing new.

    An approval counts whenever it comes; nothing else undoes an end.
    """
    after: Attempt | None = None
    match result:
        case CardApproved() if before.state is not State.APPROVED:
            after = replace(before, state=State.APPROVED, slip=result.slip, reason="")
        case CardDeclined() if before.unresolved:
            after = replace(before, state=State.DECLINED, reason=result.reason)
        case CardCancelled() if before.unresolved and before.ask is not CardAsk.REVERSE:
            after = replace(before, state=State.CANCELLED, reason=result.reason)
        case CardUnknown() if before.state is State.REQUESTED:
            after = replace(before, state=State.UNKNOWN, reason=result.error.sentence)
        case CardCancelled() if before.state is State.UNKNOWN:
            # A reversal that came to nothing is still to be made.
            after = replace(before, state=State.REQUESTED, reason=result.reason)
    return after


def _is_wanted(tx: Connection, before: Attempt) -> bool:
    """Whether the basket waits for an approval; one behind another ending finds it paid."""
    if not attempts.basket_lives(tx, before.basket_id):
        return False
    if before.unresolved:
        return True
    later = [
        one
        for one in attempts.of_basket(tx, before.basket_id)
        if one.attempt_id != before.attempt_id and (one.unresolved or attempts.is_unused(tx, one))
    ]
    return not later


def _tell_of_reversal(tx: Connection, desk: Desk, reversal: Attempt) -> None:
    if reversal.of is None or reversal.unresolved:
        return
    taken = attempts.find(tx, reversal.of)
    if taken is not None:
        done = reversal.state is State.APPROVED
        _journal(tx, desk, taken, "reversed" if done else "refused")


def _journal(
    tx: Connection,
    desk: Desk,
    one: Attempt,
    outcome: Literal["reversing", "reversed", "refused"],
) -> None:
    """Tell head office of an approval that became no sale."""
    slip = one.slip
    fact = CardWithoutSale(
        attempt=one.attempt_id,
        basket=one.basket_id,
        staff=one.staff_id,
        amount=one.offered_minor,
        currency=one.currency,
        outcome=outcome,
        brand=slip.brand if slip else "",
        last_four=slip.last_four if slip else "",
        auth=slip.auth_code if slip else "",
        terminal=slip.terminal_id if slip else "",
    )
    entry = journal.Draft(desk.new_id(), _place(tx, desk), fact)
    journal.append(tx, desk, journal.head(tx), entry)


def _place(tx: Connection, desk: Desk) -> journal.Place:
    """Here and now; an answer may come when nobody is at work."""
    store, shift = store_profile(tx), open_shift(tx)
    if shift is not None:
        return journal.Place(store.store_id, store.zone, shift.business_date, shift.shift_id)
    day = business_date(desk.now(), store.zone, store.cut_over)
    return journal.Place(store.store_id, store.zone, day, None)
