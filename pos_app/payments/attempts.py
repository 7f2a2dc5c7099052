"""Attempts over the card terminal as the till keeps them; amounts in minor units, above zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from db.prepared import Prepared
from db.store.payments import CardAttempt, CardTerminalInUse
from db.store.sales import BasketStep, HeldBasket
from hardware.card import CardAsk, CardSlip


class State(StrEnum):
    """How an attempt stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


UNRESOLVED = frozenset({State.REQUESTED, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; ``slip`` once it was approved, ``sale`` once it paid one."""

    attempt_id: UUID
    basket_id: UUID
    ask: CardAsk
    of: UUID | None
    minor: int
    currency: str
    staff_id: UUID
    state: State
    reason: str
    slip: CardSlip | None
    sale: UUID | None

    @property
    def reference(self) -> str:
        """What the terminal knows it by, and what the sale's tender refers to."""
        return self.attempt_id.hex

    @property
    def offered_minor(self) -> int:
        """What it is to a sale: below zero where the customer gets it."""
        return self.minor if self.ask is CardAsk.PAY else -self.minor

    @property
    def unresolved(self) -> bool:
        """Whether only the terminal can tell how it ended."""
        return self.state in UNRESOLVED


_COLUMNS = (
    CardAttempt.attempt_id,
    CardAttempt.basket_id,
    CardAttempt.kind,
    CardAttempt.of,
    CardAttempt.minor,
    CardAttempt.currency,
    CardAttempt.staff_id,
    CardAttempt.state,
    CardAttempt.reason,
    CardAttempt.brand,
    CardAttempt.last_four,
    CardAttempt.auth_code,
    CardAttempt.terminal_id,
    CardAttempt.slip,
    CardAttempt.sale_rid,
)
_ALL = [column.key for column in CardAttempt.__table__.columns]
_INSERT = Prepared(insert(CardAttempt), _ALL)
_ONE = Prepared(select(*_COLUMNS).where(CardAttempt.attempt_id == bindparam("attempt")))
_OF_BASKET = Prepared(
    select(*_COLUMNS)
    .where(CardAttempt.basket_id == bindparam("basket"), CardAttempt.kind != "reverse")
    .order_by(CardAttempt.attempt_id)
)
_UNRESOLVED = Prepared(
    select(*_COLUMNS)
    .where(or_(CardAttempt.state == "requested", CardAttempt.state == "unknown"))
    .order_by(CardAttempt.attempt_id)
)
_TAKEN_BACK = Prepared(select(CardAttempt.attempt_id).where(CardAttempt.of == bindparam("attempt")))
_END = Prepared(
    update(CardAttempt)
    .where(CardAttempt.attempt_id == bindparam("attempt"))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        brand=bindparam("new_brand"),
        last_four=bindparam("new_last_four"),
        auth_code=bindparam("new_auth_code"),
        terminal_id=bindparam("new_terminal_id"),
        slip=bindparam("new_slip"),
        ended_at=bindparam("now"),
    )
)
_USE = Prepared(
    update(CardAttempt)
    .where(
        CardAttempt.attempt_id == bindparam("attempt"),
        CardAttempt.state == "approved",
        CardAttempt.sale_rid.is_(None),
    )
    .values(sale_rid=bindparam("sale"))
)
_TERMINAL = Prepared(select(CardTerminalInUse.name))
_OPEN_BASKET = Prepared(
    select(BasketStep.basket_id, BasketStep.body)
    .where(BasketStep.undone.is_(False))
    .order_by(BasketStep.step.desc())
    .limit(1)
)
_HELD_BASKET = Prepared(
    select(HeldBasket.basket_id).where(HeldBasket.basket_id == bindparam("basket"))
)


def terminal_in_use(tx: Connection) -> str:
    """The name of the card terminal that this till has; empty where it has none."""
    row = _TERMINAL.first(tx, {})
    return "" if row is None else row[0]


def find(tx: Connection, attempt_id: UUID) -> Attempt | None:
    """One attempt."""
    row = _ONE.first(tx, {"attempt": attempt_id.bytes})
    return None if row is None else _read(row)


def of_basket(tx: Connection, basket_id: UUID) -> list[Attempt]:
    """Payments and refunds of a basket, the oldest first."""
    return [_read(row) for row in _OF_BASKET.all(tx, {"basket": basket_id.bytes})]


def unused(tx: Connection, basket_id: UUID) -> tuple[Attempt, ...]:
    """What the terminal approved for a basket, and no sale has and nobody takes back."""
    return tuple(one for one in of_basket(tx, basket_id) if is_unused(tx, one))


def is_unused(tx: Connection, one: Attempt) -> bool:
    """Whether an approved attempt has become nothing yet."""
    return one.state is State.APPROVED and one.sale is None and not taken_back(tx, one)


def taken_back(tx: Connection, one: Attempt) -> bool:
    """Whether an attempt was taken back, or is being."""
    return _TAKEN_BACK.first(tx, {"attempt": one.attempt_id.bytes}) is not None


def unresolved(tx: Connection) -> tuple[Attempt, ...]:
    """Every attempt of this till that only the terminal can tell the end of."""
    return tuple(_read(row) for row in _UNRESOLVED.all(tx, {}))


def basket_lives(tx: Connection, basket_id: UUID) -> bool:
    """Whether a basket is open or waits: what it cost may still be paid."""
    row = _OPEN_BASKET.first(tx, {})
    if row is not None and row[0] == basket_id.bytes and row[1]:
        return True
    return _HELD_BASKET.first(tx, {"basket": basket_id.bytes}) is not None


def write(tx: Connection, one: Attempt, terminal: str, now_us: int) -> None:
    """Keep a new attempt, before anybody asks the terminal."""
    _INSERT.one(
        tx,
        {
            "attempt_id": one.attempt_id.bytes,
            "basket_id": one.basket_id.bytes,
            "kind": one.ask.value,
            "of": one.of.bytes if one.of else None,
            "minor": one.minor,
            "currency": one.currency,
            "terminal": terminal,
            "staff_id": one.staff_id.bytes,
            "state": one.state.value,
            "reason": "",
            **_slip_columns(None),
            "sale_rid": None,
            "requested_at": now_us,
            "ended_at": None,
        },
    )


def end(tx: Connection, one: Attempt, now_us: int) -> None:
    """Keep how an attempt stands now."""
    slip = {f"new_{key}": value for key, value in _slip_columns(one.slip).items()}
    values: dict[str, Any] = {"new_state": one.state.value, "new_reason": one.reason[:200], **slip}
    ended = None if one.unresolved else now_us
    _END.one(tx, {"attempt": one.attempt_id.bytes, "now": ended, **values})


def use(tx: Connection, one: Attempt, sale: UUID) -> bool:
    """Let an approved attempt pay a sale; False when it has paid one already."""
    return _USE.one(tx, {"attempt": one.attempt_id.bytes, "sale": sale.bytes}) == 1


def _slip_columns(slip: CardSlip | None) -> Mapping[str, str]:
    shown = slip or CardSlip("", "", "", "")
    return {
        "brand": shown.brand[:40],
        "last_four": shown.last_four,
        "auth_code": shown.auth_code[:40],
        "terminal_id": shown.terminal_id[:40],
        "slip": shown.receipt,
    }


def _read(row: tuple[Any, ...]) -> Attempt:
    attempt, basket, kind, of, minor, currency, staff, state, reason, *slip, sale = row
    approved = State(state) is State.APPROVED
    return Attempt(
        UUID(bytes=attempt),
        UUID(bytes=basket),
        CardAsk(kind),
        UUID(bytes=of) if of else None,
        minor,
        currency,
        UUID(bytes=staff),
        State(state),
        reason,
        CardSlip(*slip) if approved else None,
        UUID(bytes=sale) if sale else None,
    )
