"""What a card terminal says of a charge: brand and last four of a card, never its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from hardware.errors import HardwareError

_NUMBER = re.compile(r"\d(?:[ -]?\d){11,18}")
_SHOWN = 4


def masked(text: str) -> str:
    """The text with everything that may be a card number (12 to 19 digits) cut to its end."""
    return _NUMBER.sub(lambda found: "****" + found.group()[-_SHOWN:], text)


class CardAsk(StrEnum):
    """What a terminal is asked to do with money."""

    PAY = "pay"
    REFUND = "refund"
    REVERSE = "reverse"
    """Take an approved one back, as if it had never been."""


class CardStep(StrEnum):
    """How far a terminal has come."""

    CARD = "card"
    """It waits for the card."""
    AUTHORISING = "authorising"


@dataclass(frozen=True, slots=True)
class CardCharge:
    """Money over a card, under our own reference.

    Attributes:
        reference: of the attempt; a terminal carries a reference out once, however often it is
            asked.
        minor: above zero, in minor units of ``currency``.
        of: the reference that a reversal takes back, empty otherwise.
    """

    ask: CardAsk
    reference: str
    minor: int
    currency: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class CardSlip:
    """What the terminal tells of an approval; ``receipt`` is its own text, masked here."""

    brand: str
    last_four: str
    auth_code: str
    terminal_id: str
    receipt: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "last_four", self.last_four[-_SHOWN:])
        object.__setattr__(self, "receipt", masked(self.receipt))


@dataclass(frozen=True, slots=True)
class CardApproved:
    """The money moved."""

    slip: CardSlip


@dataclass(frozen=True, slots=True)
class CardDeclined:
    """The money did not move; ``reason`` is a sentence in English."""

    reason: str


@dataclass(frozen=True, slots=True)
class CardCancelled:
    """It came to nothing, and nothing of it is under way: aborted, or never begun."""

    reason: str


@dataclass(frozen=True, slots=True)
class CardUnknown:
    """Nobody here knows whether the money moved; only the terminal can tell."""

    error: HardwareError


@dataclass(frozen=True, slots=True)
class CardUnfinished:
    """The terminal is still at it."""


CardResult = CardApproved | CardDeclined | CardCancelled | CardUnknown | CardUnfinished
