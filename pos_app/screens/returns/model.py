"""What the sheet of returns shows, made from receipts; no widget, no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pos_app.checkout.receipt_search import Found, Receipt
from pos_app.checkout.returning import left_of
from pos_app.runtime.i18n import N_, _, day_and_time, money, quantity
from retail.barcode.kinds import read_code
from retail.barcode.number_rules import CodeRules
from retail.barcode.scanned import ReceiptCode
from retail.basket.model import Disposition
from retail.contract.sales import SoldLine
from retail.errors import RetailError
from retail.reasons import REASONS, Occasion


class By(StrEnum):
    """What a receipt is looked for by; BLIND needs none."""

    NUMBER = "number"
    CARD = "card"
    DAY = "day"
    ARTICLE = "article"
    BLIND = "blind"


class State(StrEnum):
    """What stands in the middle of the sheet."""

    LOADING = "loading"
    EMPTY = "empty"
    NOTHING = "nothing"
    ERROR = "error"
    FOUND = "found"
    LINES = "lines"
    BLIND = "blind"


WAYS: Mapping[By, str] = {
    By.NUMBER: N_("Number"),
    By.CARD: N_("Card"),
    By.DAY: N_("Day"),
    By.ARTICLE: N_("Article"),
    By.BLIND: N_("No receipt"),
}
ASKS: Mapping[By, str] = {
    By.NUMBER: N_("Scan the receipt, or type the end of its number …"),
    By.CARD: N_("The last digits printed for the card …"),
    By.DAY: N_("The day, as 2026-11-20 or 20.11. …"),
    By.ARTICLE: N_("Scan the article, or type its SKU …"),
    By.BLIND: N_("Scan the article that comes back, or type its code …"),
}
PLACES: Mapping[Disposition, str] = {
    Disposition.SHELF: N_("Shelf"),
    Disposition.QUARANTINE: N_("Quarantine"),
    Disposition.SCRAP: N_("Scrap"),
}


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A receipt that was found, or a line of one.

    Attributes:
        key: the receipt's id, or the line's number.
        mark: a pill with words, such as ``1 of 2 left``.
        tone: a soft colour of the pill.
        spoken: the row as one sentence.
    """

    key: str
    title: str
    detail: str
    amount: str
    mark: str = ""
    tone: str = "plain"
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class ReturnsView:
    """Everything the sheet shows.

    Attributes:
        chosen: key of the chosen row, empty for none.
        title, detail: what an empty place says, or which receipt is open.
        amount: how much of the chosen line comes back, such as ``1 of 2``.
        take: what the green button says.
        known: which receipts can be found now.
    """

    by: By
    state: State
    rows: tuple[ReturnRow, ...] = ()
    chosen: str = ""
    title: str = ""
    detail: str = ""
    amount: str = ""
    reason: str = ""
    place: Disposition = Disposition.SHELF
    take: str = ""
    ready: bool = False
    known: str = ""


def known_here(*, online: bool) -> str:
    """Which receipts can be found now."""
    if online:
        return _("Receipts of this till, of its store, and by their whole number of every store.")
    return _("Only receipts of this till are known here; those of other tills need the network.")


def not_known(*, online: bool) -> str:
    """What to do with a code that no receipt was found by."""
    if online:
        return _("Nobody sold with it. Take the goods back without a receipt.")
    return _(
        "It is no sale of this till, and receipts of other tills need the network. Take the goods "
        "back once it is there, or without a receipt."
    )


def receipt_of(code: str, today: date) -> str:
    """What :func:`receipt_search.by_code` is asked for a scanned code; empty for no receipt."""
    try:
        found = read_code(code, CodeRules(), today)
    except RetailError:
        return ""
    if not isinstance(found, ReceiptCode):
        return ""
    return found.number if "-" in found.number else f"TW1.{found.number}."


def day_of(text: str, today: date) -> date:
    """The day that somebody typed: ``2026-11-20``, ``20.11.2026``, ``20.11.``, ``20``.

    What is left out is the newest that is not after today.

    Raises:
        RetailError: ``return.day``.
    """
    parts = [part for part in text.replace("/", ".").replace("-", ".").split(".") if part]
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            year, month, day = numbers if len(parts[0]) == 4 else numbers[::-1]
            return date(year if year > 99 else year + 2000, month, day)
        if len(numbers) == 2:
            found = date(today.year, numbers[1], numbers[0])
            return found if found <= today else found.replace(year=today.year - 1)
        if len(numbers) == 1:
            return _newest(numbers[0], today)
    except ValueError:
        pass
    raise RetailError(
        "return.day", "“%(text)s” is no day; type it as 2026-11-20 or 20.11.", text=text
    )


def _newest(day: int, today: date) -> date:
    year, month = today.year, today.month
    if day > today.day:
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return date(year, month, day)


def found_row(found: Found, zone: str) -> ReturnRow:
    """A receipt in the list."""
    amount, when = money(found.total_minor, found.currency), day_and_time(found.at, zone)
    place = f"{found.store}, {_('Till %s') % found.till}" if found.till else ""
    detail = " · ".join(text for text in (place, found.articles) if text)
    return ReturnRow(
        key=str(found.rid),
        title=f"{found.number} · {when}",
        detail=detail,
        amount=amount,
        spoken=f"{_('Receipt %(number)s') % {'number': found.number}}, {when}, {amount}. {detail}",
    )


def heading(receipt: Receipt, zone: str) -> str:
    """Which receipt is open: number, when, total."""
    total = money(receipt.fact.total, receipt.fact.currency)
    day = day_and_time(receipt.at, zone).split(" ")[0]
    place = receipt.elsewhere.place
    return " · ".join(text for text in (receipt.fact.number, place, day, total) if text)


def line_rows(receipt: Receipt, here: Mapping[int, int]) -> tuple[ReturnRow, ...]:
    """The sold lines: sold, returned, left; ``here`` is what the open basket takes back."""
    left = left_of(receipt)
    return tuple(
        _line_row(receipt, line, left[line.n], here.get(line.n, 0))
        for line in receipt.fact.lines
        if line.qty > 0
    )


def _line_row(receipt: Receipt, line: SoldLine, left: int, here: int) -> ReturnRow:
    currency, returned = receipt.fact.currency, receipt.gone.get(line.n, 0)
    words = [_("Sold %(n)s") % {"n": counted(line.qty, line.unit)}]
    if returned:
        words.append(_("returned %(n)s") % {"n": counted(returned, line.unit)})
    words += [
        _("%(n)s now at till %(till)s of %(store)s")
        % {"n": counted(one.thousandths, line.unit), "till": one.till, "store": one.store}
        for one in receipt.elsewhere.claimed
        if one.n == line.n
    ]
    if aside := receipt.waiting.get(line.n, 0):
        words.append(_("%(n)s in a waiting basket") % {"n": counted(aside, line.unit)})
    words.append(_("left %(n)s") % {"n": counted(left, line.unit)})
    mark, tone = "", "plain"
    if here:
        mark, tone = _("In basket: %(n)s") % {"n": counted(here, line.unit)}, "primary"
    elif returned >= line.qty:
        mark, tone = _("All returned"), "warn"
    detail, amount = " · ".join(words), money(line.net, currency)
    spoken = ", ".join(part for part in (line.name, amount, *words, mark) if part)
    return ReturnRow(str(line.n), line.name, detail, amount, mark, tone, spoken)


def counted(thousandths: int, unit: str) -> str:
    """``2`` pieces, ``0.5 kg``."""
    return quantity(thousandths) + ("" if unit == "piece" else f" {unit}")


def reasons() -> tuple[tuple[str, str, str], ...]:
    """Code, text and letter of each reason; a letter is the first that no text before it took."""
    taken: list[str] = []
    found = []
    for code, text in REASONS[Occasion.RETURN].items():
        shown = _(text)
        free = (c for c in shown.upper() if c.isascii() and c.isalpha() and c not in taken)
        taken.append(next(free, ""))
        found.append((code, shown, taken[-1]))
    return tuple(found)
