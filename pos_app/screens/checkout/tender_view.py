"""What the payment page shows, made from where the payment stands."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.runtime.i18n import MINUS, _, money, money_short
from pos_app.screens.checkout.views import points_text
from retail.errors import RetailError
from retail.tender.denominations import quick_notes
from retail.tender.foreign import Rate, amount_for, rate_text
from retail.tender.settlement import Settlement, TenderKind, foreign_cash


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment already taken, shown as a chip that takes it back."""

    label: str


@dataclass(frozen=True, slots=True)
class TenderView:
    """Everything the payment page shows.

    Attributes:
        due_note: whose share is asked for, and why ``due`` differs from the total; else empty.
        foreign: whether the cash is of another currency.
        proposed: True when nothing is typed and ``amount`` is a proposal.
        notes: label and minor units of the amounts to take with one tap.
        take: what the green button says.
    """

    due: str
    due_note: str
    kind: TenderKind
    taken: tuple[Taken, ...]
    label: str
    amount: str
    proposed: bool
    notes: tuple[tuple[str, int], ...]
    change_label: str
    change: str
    take: str
    ready: bool
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """Whose turn it is of several people: the first is 1."""

    number: int
    people: int


@dataclass(frozen=True, slots=True)
class TenderState:
    """Where the payment stands; minor units of ``currency``, the typed amount of ``rate``'s.

    Attributes:
        taken: label and amount of the payments that were taken.
        amount: what is typed or proposed.
        rate: of the foreign cash that is being taken.
        over_terminal: a card is charged by the terminal.
        earns: the points that the sale earns as it is paid so far.
    """

    currency: str
    kind: TenderKind
    now: Settlement
    taken: tuple[tuple[str, int], ...]
    amount: int
    typed: bool
    busy: bool
    over_terminal: bool
    rate: Rate | None = None
    share: Share | None = None
    earns: int = 0

    @property
    def in_cash(self) -> bool:
        """Whether change may come back."""
        return self.kind is TenderKind.CASH

    @property
    def left(self) -> int:
        """What is left to pay with this kind."""
        return self.now.cash_due_minor if self.in_cash else self.now.due_minor

    @property
    def worth(self) -> int:
        """The amount in local money."""
        if self.rate is None or self.amount < 1:
            return self.amount
        try:
            return foreign_cash(self.rate.cash(self.amount), self.currency).amount_minor
        except RetailError:
            return 0


def tender_view(state: TenderState) -> TenderView:
    """The page for a state."""
    change = state.worth - state.left
    return TenderView(
        due=money(state.left, state.currency),
        due_note=" · ".join(
            filter(None, (_turn(state), _rounding(state), _worth(state), _earns(state)))
        ),
        kind=state.kind,
        taken=tuple(
            Taken(f"{label}  {MINUS}{money(minor, state.currency)}") for label, minor in state.taken
        ),
        label=_label(state),
        amount=money(state.amount, state.rate.currency if state.rate else state.currency),
        proposed=not state.typed,
        notes=() if state.now.complete else _notes(state),
        change_label=_("Still to pay") if change < 0 else _("Change"),
        change=money(abs(change), state.currency),
        take=_take_label(state, change),
        ready=not state.busy and state.worth > 0 and (state.in_cash or change <= 0),
        foreign=state.rate is not None,
    )


def foreign_label(rate: Rate, amount_minor: int) -> str:
    """Foreign cash as a payment reads: ``USD 20.00 @ 0.91``."""
    return f"{money(amount_minor, rate.currency)} @ {rate_text(rate.ppm)}"


def _label(state: TenderState) -> str:
    if state.rate is not None:
        return _("%(currency)s received") % {"currency": state.rate.currency}
    return _("Cash received") if state.in_cash else _("Card amount")


def _notes(state: TenderState) -> tuple[tuple[str, int], ...]:
    due, currency = state.now.cash_due_minor, state.currency
    if state.rate is not None:
        due, currency = amount_for(due, state.rate, state.currency), state.rate.currency
    notes = [(money_short(note, currency), note) for note in quick_notes(due, currency)]
    return ((_("Exact"), due), *notes)


def _turn(state: TenderState) -> str:
    if state.share is None:
        return ""
    return _("Person %(n)d of %(all)d") % {"n": state.share.number, "all": state.share.people}


def _rounding(state: TenderState) -> str:
    if not state.in_cash or state.now.cash_due_minor == state.now.due_minor:
        return ""
    return _("%(amount)s, rounded for cash") % {
        "amount": money(state.now.due_minor, state.currency)
    }


def _worth(state: TenderState) -> str:
    if state.rate is None or not state.amount:
        return ""
    return _("%(foreign)s = %(local)s") % {
        "foreign": foreign_label(state.rate, state.amount),
        "local": money(state.worth, state.currency),
    }


def _earns(state: TenderState) -> str:
    return _("earns %(points)s") % {"points": points_text(state.earns)} if state.earns else ""


def _take_label(state: TenderState, change: int) -> str:
    if state.busy:
        return _("Storing the sale …")
    given = {
        "amount": money(state.amount, state.rate.currency if state.rate else state.currency),
        "rest": money(abs(change), state.currency),
    }
    if state.kind is TenderKind.CARD:
        if state.over_terminal:
            return _("Charge %(amount)s") % given
        return _("Card %(amount)s approved") % given
    if change > 0:
        return _("Take %(amount)s · change %(rest)s") % given
    if change < 0:
        return _("Take %(amount)s · %(rest)s left") % given
    return _("Take %(amount)s") % given
