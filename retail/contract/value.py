"""Requests and answers about stored value; amounts in the instrument's own unit."""

from __future__ import annotations

from uuid import UUID

import msgspec

from retail.contract.sales import ValueMove


class ReserveRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Hold value for a sale that is being paid.

    Attributes:
        rid: made by the till; the same id again gives the same answer.
        lookup: hex of the keyed hash of the code.
    """

    rid: UUID
    kind: str
    lookup: str
    amount: int


class HeldAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is held or lent; ``amount`` may be less than was wanted, 0 for nothing.

    Attributes:
        balance: what all booked records make of it.
        available: what may still be held or lent.
        applied: ``(journal, entry)`` of the till: how far its own records are in the balance.
    """

    amount: int
    balance: int
    available: int
    expires_us: int
    applied: tuple[tuple[UUID, int], ...] = ()


class BalanceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is on an instrument; nothing is held.

    Attributes:
        lookup: hex of the keyed hash of the code.
    """

    kind: str
    lookup: str


class BalanceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What head office has of an instrument, as in :class:`HeldAnswer`.

    Attributes:
        known: it was ever heard of.
        blocked: nothing may be taken of it.
    """

    known: bool
    balance: int
    available: int
    blocked: bool = False
    applied: tuple[tuple[UUID, int], ...] = ()


class CaptureRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Book what a completed sale did now; its journal entry says the same and books it once."""

    rid: UUID
    at_us: int
    moves: tuple[ValueMove, ...]


class ReleaseRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Give a reservation back that no sale used."""

    rid: UUID


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """It is done."""

    done: bool = True


class LeaseBack(msgspec.Struct, frozen=True, array_like=True):
    """A lease that is over, and all that was used of it."""

    lease: UUID
    used: int


class QuotaRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Borrow value for offline use, and give leases back that are over.

    Attributes:
        lease: made by the till; the same id again gives the same answer.
        wanted: 0 to give back only, or to ask for the company's key.
    """

    lease: UUID
    lookup: str
    wanted: int
    back: tuple[LeaseBack, ...] = ()


class QuotaAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was lent, until when, and the key that codes are hashed and proved with."""

    granted: int
    expires_us: int
    key: bytes
    back: tuple[UUID, ...] = ()
