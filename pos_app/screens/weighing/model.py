"""What the weighing sheet shows, from a reading, a tare and a price; no Qt, no state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardware.scale.reading import Reading, ScaleStatus
from pos_app.runtime.i18n import N_, _, money
from pos_app.runtime.i18n import quantity as written
from retail import quantity as quantities
from retail.errors import RetailError
from retail.quantity import MAX_THOUSANDTHS, ONE, extend
from retail.weighing import MAX_TARE, Tare


class Entry(StrEnum):
    """Where the weight comes from, or what is being typed."""

    LIVE = "live"
    WEIGHT = "weight"
    TARE = "tare"


@dataclass(frozen=True, slots=True)
class Article:
    """The line that is weighed; the price is of one kilogram, in minor units."""

    line: int
    name: str
    price_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Weighing:
    """The sheet's state.

    Attributes:
        reading: the last one, None before the first.
        tare: of the packing that is chosen.
        typed: what was typed in the present entry.
    """

    article: Article
    reading: Reading | None = None
    tare: Tare | None = None
    entry: Entry = Entry.LIVE
    typed: str = ""

    @property
    def tared_by_scale(self) -> bool:
        """The scale has taken a tare off, so none is taken off a second time."""
        live = self.entry is not Entry.WEIGHT
        return live and self.reading is not None and self.reading.tared

    @property
    def tare_taken(self) -> int:
        """Thousandths of a kilogram that the till takes off."""
        return self.tare.thousandths if self.tare and not self.tared_by_scale else 0

    @property
    def net(self) -> int | None:
        """What is on the scale, or was typed, without its packing; None for no weight."""
        gross = self._typed_weight() if self.entry is Entry.WEIGHT else self._told()
        return None if gross is None else gross - self.tare_taken

    @property
    def ready(self) -> bool:
        """Whether it may be added: settled, above zero, and nothing else is being typed."""
        net = self.net
        return self.entry is not Entry.TARE and net is not None and 0 < net <= MAX_THOUSANDTHS

    def _told(self) -> int | None:
        known = self.reading is not None and self.reading.stable
        return self.reading.net if known and self.reading else None

    def _typed_weight(self) -> int | None:
        try:
            return quantities.parse(self.typed)
        except RetailError:
            return None


@dataclass(frozen=True, slots=True)
class WeighingView:
    """The sheet as text. ``tone`` is of the mark: success, warn or plain."""

    name: str
    unit_price: str
    weight: str
    mark: str
    tone: str
    price: str
    tare: str
    ready: bool
    entry: Entry
    typed: str


_WORDS = {
    ScaleStatus.MOTION: N_("Wait: the weight is still moving."),
    ScaleStatus.OVER: N_("Too heavy for the scale: take something off."),
    ScaleStatus.UNDER_ZERO: N_("Below zero: empty the scale and set it to zero."),
    ScaleStatus.OUTSIDE_ZERO: N_("The scale is not at zero: empty it, then switch it off and on."),
    ScaleStatus.EMPTY: N_("Nothing is on the scale."),
    ScaleStatus.TIMEOUT: N_("The scale does not answer; it is asked again."),
    ScaleStatus.FRAMING: N_("The scale was not understood; it is asked again."),
    ScaleStatus.OFFLINE: N_("The scale is gone. Check its plug, or type the weight."),
}
_NO_FIGURE = "–"


def kilograms(thousandths: int) -> str:
    """``0.842 kg``: always three decimals, as on the scale's own display."""
    whole = written(thousandths // ONE * ONE)
    point = written(ONE // 2)[1:2]
    return f"{whole}{point}{thousandths % ONE:03d} kg"


def parse_tare(text: str) -> Tare:
    """A tare that was typed in kilograms.

    Raises:
        RetailError: ``quantity.format``, or ``basket.tare`` for nothing or ten kilograms.
    """
    thousandths = quantities.parse(text)
    if not 0 < thousandths <= MAX_TARE:
        raise RetailError("basket.tare", "The tare must be below 10 kg; nothing changed.")
    return Tare("", thousandths)


def view_of(state: Weighing) -> WeighingView:
    """Everything that is shown."""
    article, net = state.article, state.net
    mark, tone = _mark(state)
    positive = net is not None and net > 0
    return WeighingView(
        name=article.name,
        unit_price=f"{money(article.price_minor, article.currency)}/kg",
        weight=kilograms(max(net, 0)) if net is not None else _NO_FIGURE,
        mark=mark,
        tone=tone,
        price=money(extend(article.price_minor, net), article.currency)
        if net is not None and positive
        else _NO_FIGURE,
        tare=_tare(state),
        ready=state.ready,
        entry=state.entry,
        typed=state.typed,
    )


def _mark(state: Weighing) -> tuple[str, str]:
    """What is true of the weight, and its tone."""
    net = state.net
    if net is None:
        return _no_weight(state)
    if net <= 0:
        return _lighter(state), "warn"
    return (_("Typed"), "warn") if state.entry is Entry.WEIGHT else (_("Stable"), "success")


def _no_weight(state: Weighing) -> tuple[str, str]:
    if state.entry is Entry.WEIGHT:
        return _("Type the weight in kilograms, such as 0.842."), "warn"
    if state.reading is None:
        return _("The scale is asked …"), "plain"
    status = state.reading.status
    # A weight that is not settled is in motion, whatever the scale calls it.
    return _(_WORDS[ScaleStatus.MOTION if status is ScaleStatus.WEIGHT else status]), "warn"


def _lighter(state: Weighing) -> str:
    if state.net == 0 or not state.tare_taken:
        return _(_WORDS[ScaleStatus.EMPTY])
    return _("Lighter than its packing: choose another tare.")


def _tare(state: Weighing) -> str:
    """Who takes off what."""
    if state.tared_by_scale:
        return _("The scale has taken its tare off.")
    if not state.tare_taken:
        return _("No tare is taken off.")
    return _("The till takes %(weight)s off.") % {"weight": kilograms(state.tare_taken)}
