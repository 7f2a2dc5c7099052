"""What the screens show, as frozen values without Qt: presenters make them, widgets paint them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How loud a text is; colour never stands alone, each has its icon or word."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


class TileKind(StrEnum):
    """What a tile does: it adds an article, opens a category, runs a command, or is free."""

    ARTICLE = "article"
    CATEGORY = "category"
    COMMAND = "command"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class TileView:
    """A place of the grid.

    Attributes:
        sku: the article; of another kind the category or the command's name.
        price: written out, with the unit for weighed goods; a command's key.
        remark: small text at the left, such as ``weighed``.
        badge: a pill over the picture, empty for none.
    """

    sku: str
    name: str
    price: str
    remark: str = ""
    badge: str = ""
    icon: str = ""
    tint: str = "grey"
    kind: TileKind = TileKind.ARTICLE


@dataclass(frozen=True, slots=True)
class ChipView:
    """A category to choose; the empty key stands for the favourites."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class SavingTag:
    """What a promotion is called and what it took off a line, with its minus.

    ``by_hand``: somebody took it off.
    """

    name: str
    amount: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class BasketRow:
    """A line of the basket.

    Attributes:
        line: the line's own number, not its place.
        was: the price before discounts, empty when there is none.
        savings: what made it cheaper, two at most, the largest first.
        further: how many others did, such as ``+1 more``.
        blocked: what keeps the line from being paid; shown amber.
        returned: that the goods come back, and of which receipt.
        news: that its article has another price at the shelf by now; the line keeps its own.
        actions: what the selected row offers, of less, more, quantity, reduce, new_price, acts,
            why, search, remove.
        spoken: the whole line as one sentence for screen readers.
    """

    line: int
    quantity: str
    name: str
    detail: str
    amount: str
    was: str = ""
    savings: tuple[SavingTag, ...] = ()
    further: str = ""
    blocked: str = ""
    returned: str = ""
    news: str = ""
    actions: tuple[str, ...] = ("less", "more", "quantity", "reduce", "acts", "why", "remove")
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class SumRow:
    """A row of the totals; ``tone`` is a label tone."""

    label: str
    amount: str
    tone: str = "text2"


@dataclass(frozen=True, slots=True)
class TotalsView:
    """Totals of the basket as text.

    Attributes:
        savings: what all promotions took off, without a minus; empty when nothing.
        earns: the points that it earns while none pay for it; empty for none.
    """

    rows: tuple[SumRow, ...]
    total: str
    savings: str = ""
    earns: str = ""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A search result. ``sku`` is what Enter adds."""

    sku: str
    name: str
    detail: str
    price: str
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A short message; ``undo`` offers to take the last change back."""

    text: str
    tone: Tone = Tone.OK
    undo: bool = False
