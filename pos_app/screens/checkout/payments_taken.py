"""What was taken for a basket until its total is settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pos_app.runtime.i18n import money

if TYPE_CHECKING:
    from uuid import UUID

    from pos_app.payments.attempts import Attempt
    from pos_app.value.service import Allowed
    from retail.contract.sales import ValueMove
    from retail.tender.settlement import Offer, TenderKind


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that was taken, with the stored value or the card attempt behind it."""

    offer: Offer
    label: str
    held: Allowed | None = None
    card: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Payments in the order they were taken."""

    payments: tuple[Payment, ...] = ()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What they offer towards the total."""
        return tuple(one.offer for one in self.payments)

    @property
    def moves(self) -> tuple[ValueMove, ...]:
        """What they take of stored value, as it was allowed."""
        held = (one.held for one in self.payments)
        return tuple(move for one in held if one is not None for move in one.moves)

    @property
    def cards(self) -> tuple[UUID, ...]:
        """The attempts behind them."""
        return tuple(one.card.attempt_id for one in self.payments if one.card is not None)

    @property
    def by_hand(self) -> Taken:
        """Those without the terminal, whose approvals stay with their basket."""
        return Taken(tuple(one for one in self.payments if one.card is None))

    @property
    def rows(self) -> tuple[tuple[str, int], ...]:
        """Labels and amounts in minor units."""
        return tuple((one.label, one.offer.amount_minor) for one in self.payments)

    def minor_of(self, kind: TenderKind) -> int:
        """How much was taken of one kind, in minor units."""
        return sum(offer.amount_minor for offer in self.offers if offer.kind is kind)

    def listed(self, currency: str) -> str:
        """All of them in words."""
        return ", ".join(f"{label} {money(minor, currency)}" for label, minor in self.rows)

    def with_(self, payment: Payment) -> Taken:
        """And one more."""
        return Taken((*self.payments, payment))

    def without(self, place: int) -> Taken:
        """All but the one at a place, counted from 0."""
        return Taken(self.payments[:place] + self.payments[place + 1 :])

    def last_uncharged(self) -> Taken:
        """The last as if the terminal had not been asked: what it approved stays approved."""
        return Taken((*self.payments[:-1], replace(self.payments[-1], card=None)))
