"""Baskets that wait, as the tills of a store share them: facts up, rows down, and the claim."""

from __future__ import annotations

from uuid import UUID

import msgspec


class BasketHeld(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A basket was put aside for any till of the store; the entry's id is that of the hold.

    Attributes:
        basket: the basket's id, which its sale would have at this till.
        pieces: what is in it; ``total`` what it cost then, in minor units.
        body: the basket as JSON, without its customer's name.
        side: hex of the hash of a :class:`HeldLabel`, empty where it has no label.
    """

    basket: UUID
    staff: UUID
    pieces: int
    total: int
    body: str
    party: UUID | None = None
    side: str = ""


class HeldLabel(msgspec.Struct, frozen=True):
    """The side of :class:`BasketHeld`: what the cashier called the basket, often a name."""

    label: str


class BasketReleased(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A hold has ended at the till of this entry.

    Attributes:
        how: ``recalled`` by the till that held it, ``claimed`` by another and received there,
            ``taken`` from the till that held it, or ``stale``: nobody came for it.
        into: the basket that a claimed one goes on as.
    """

    hold: UUID
    staff: UUID
    how: str
    into: UUID | None = None


class HeldBasketRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A basket that waits in a store, as its tills list it.

    Attributes:
        till: the till that holds it; ``taken`` the one that claimed it, 0 for none.
        at_us: since when, UTC microseconds.
    """

    store: str
    hold: UUID
    till: int
    staff: UUID
    pieces: int
    total: int
    at_us: int
    label: str = ""
    party: UUID | None = None
    taken: int = 0

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return f"{self.store}/{self.hold.hex}"


class ClaimBasketRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A till wants a basket that another one holds; asked again it gets the same answer."""

    hold: UUID


class ClaimBasketAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Who has the basket now.

    Attributes:
        granted: whoever asked has it; ``body`` is its :attr:`BasketHeld.body`.
        taken: else the till that has it, 0 when it no longer waits.
    """

    granted: bool
    taken: int = 0
    body: str = ""
