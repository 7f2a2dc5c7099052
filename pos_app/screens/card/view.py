"""What the cashier reads while the card terminal is at work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pos_app.runtime.i18n import N_, _


class Stage(StrEnum):
    """Where a card payment or refund stands for the cashier."""

    SENDING = "sending"
    CARD = "card"
    AUTHORISING = "authorising"
    STOPPING = "stopping"
    DECLINED = "declined"
    OFFLINE = "offline"
    UNKNOWN = "unknown"
    CHECKING = "checking"
    FAILED = "failed"


AT_WORK = frozenset({Stage.SENDING, Stage.CARD, Stage.AUTHORISING, Stage.STOPPING, Stage.CHECKING})
_STEPS = {Stage.SENDING: 1, Stage.CARD: 2, Stage.AUTHORISING: 3, Stage.STOPPING: 3}
STEPS = 4


@dataclass(frozen=True, slots=True)
class CardView:
    """Everything the sheet shows.

    Attributes:
        text: what to do now.
        detail: what the terminal said, empty when it said nothing.
        step: of :data:`STEPS`; 0 where there is no way to go.
        act: what Enter does, empty for nothing.
        leave: what Esc does.
    """

    stage: Stage
    amount: str
    title: str
    text: str
    detail: str
    icon: str
    tone: str
    step: int
    act: str
    leave: str


def card_view(stage: Stage, amount: str, detail: str, *, refund: bool) -> CardView:
    """The words of a stage."""
    words = _WORDS | _REFUND_WORDS if refund else _WORDS
    title, text = words[stage]
    icon, tone = _MARKS.get(stage, ("credit-card", "primary"))
    return CardView(
        stage,
        amount,
        _(title),
        _(text),
        detail,
        icon,
        tone,
        _STEPS.get(stage, 0),
        _act(stage),
        _leave(stage),
    )


_MARKS = {
    Stage.DECLINED: ("circle-alert", "danger"),
    Stage.FAILED: ("circle-alert", "danger"),
    Stage.OFFLINE: ("wifi-off", "warn"),
    Stage.UNKNOWN: ("triangle-alert", "warn"),
    Stage.CHECKING: ("triangle-alert", "warn"),
}


_WORDS = {
    Stage.SENDING: (N_("Asking the terminal …"), N_("The payment is stored, then it is asked.")),
    Stage.CARD: (N_("Card, please"), N_("Insert, tap or swipe it at the terminal.")),
    Stage.AUTHORISING: (N_("The bank is asked …"), N_("Leave the card where it is.")),
    Stage.STOPPING: (N_("Cancelling …"), N_("The terminal tells whether it stopped in time.")),
    Stage.DECLINED: (
        N_("Not approved"),
        N_("Nothing was charged. Try again, or pay another way."),
    ),
    Stage.OFFLINE: (
        N_("The terminal cannot be reached"),
        N_("Nothing was sent to it. Check its cable and power, or pay another way."),
    ),
    Stage.CHECKING: (
        N_("Checking with the terminal …"),
        N_("It tells what became of the payment."),
    ),
    Stage.FAILED: (N_("The till could not go on"), N_("Nothing was charged. Try again.")),
    Stage.UNKNOWN: (
        N_("Not known yet"),
        N_(
            "The card may have been charged. Do not charge it again: check with the terminal. "
            "If it stays silent, look at its last receipt."
        ),
    ),
}
_REFUND_WORDS = {
    Stage.CARD: (N_("Card for the refund"), N_("Insert, tap or swipe it at the terminal.")),
    Stage.DECLINED: (
        N_("Not approved"),
        N_("Nothing was refunded. Try again, or pay out another way."),
    ),
    Stage.UNKNOWN: (
        N_("Not known yet"),
        N_(
            "The card may have been refunded. Do not refund it again: check with the terminal. "
            "If it stays silent, look at its last receipt."
        ),
    ),
}


def _act(stage: Stage) -> str:
    if stage in {Stage.DECLINED, Stage.OFFLINE, Stage.FAILED}:
        return _("Try again")
    return _("Check with the terminal") if stage is Stage.UNKNOWN else ""


def _leave(stage: Stage) -> str:
    if stage in {Stage.DECLINED, Stage.OFFLINE, Stage.FAILED, Stage.UNKNOWN}:
        return _("Another way to pay")
    if stage in {Stage.STOPPING, Stage.CHECKING}:
        return _("Leave it to the terminal")
    return _("Cancel")
