"""From the priced basket to what is shown; no Qt, no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from pos_app.checkout.queries import FoundItem, Tile
from pos_app.checkout.shelf_prices import Priced
from pos_app.runtime.i18n import MINUS, N_, _, isolated, money, ngettext, quantity
from pos_app.screens.records import BasketRow, SavingTag, SumRow, TileView, TotalsView
from retail.basket.blocks import Block, blocks
from retail.basket.model import Basket, Line, Reduction, Returned
from retail.catalog import ItemSnapshot, Unit
from retail.pricing import PricedBasket, PricedLine
from retail.quantity import ONE, extend
from retail.reasons import REASONS, Occasion

_COUNTED = ("less", "more", "quantity", "reduce", "acts", "why", "remove")
_WEIGHED = ("quantity", "reduce", "acts", "why", "remove")
_MOST_TAGS = 2


def basket_rows(
    priced: PricedBasket,
    names: Mapping[UUID, str] | None = None,
    shelf: Mapping[Priced, int] | None = None,
) -> tuple[BasketRow, ...]:
    """The rows of the basket, oldest first.

    Args:
        names: of the staff, for who sold a line.
        shelf: what articles cost by now.
    """
    blocked: dict[int, set[Block]] = {}
    for found in blocks(priced.basket):
        blocked.setdefault(found.line, set()).add(found.block)
    currency, confirmed = priced.basket.currency, priced.basket.age_confirmed
    rows = []
    for line in priced.lines:
        row = _row(line, currency, blocked.get(line.line.line, set()), confirmed)
        remarks = _remarks(line.line, names or {})
        if remarks:
            detail = " · ".join((row.detail, *remarks))
            row = replace(row, detail=detail, spoken=", ".join((row.spoken, *remarks)))
        rows.append(_with_news(row, line.line, shelf or {}, currency))
    return tuple(rows)


def keeps_its_price(line: Line) -> bool:
    """Whether its price is that of the shelf at the scan, set by no label and no person."""
    marks = (line.returned, line.override, line.label_minor, line.loads)
    return all(mark is None for mark in marks)


def _with_news(row: BasketRow, line: Line, shelf: Mapping[Priced, int], currency: str) -> BasketRow:
    """Tell that the shelf has another price by now, and offer to take it."""
    item = line.item
    if item is None or not keeps_its_price(line):
        return row
    minor = shelf.get((item.sku, item.pack_thousandths), item.unit_price_minor)
    if minor == item.unit_price_minor:
        return row
    news = _("Price changed: now %(price)s") % {"price": money(minor, currency)}
    # In the place of the discount, which the acts offer too: eight would be too narrow to touch.
    actions = tuple("new_price" if name == "reduce" else name for name in row.actions)
    return replace(row, news=news, actions=actions, spoken=f"{row.spoken} {news}")


def _remarks(line: Line, names: Mapping[UUID, str]) -> tuple[str, ...]:
    """Who sold a line, and its note."""
    seller = names.get(line.seller, "") if line.seller else ""
    note = f"“{line.note}”" if line.note else ""
    return tuple(text for text in (seller, note) if text)


def basket_marks(basket: Basket) -> tuple[str, ...]:
    """What is true of the whole basket: its customer, sold without tax, and its note."""
    marks = []
    if basket.customer is not None:
        who = basket.customer
        name = who.name or _("Customer")
        marks.append(f"{name}, {who.tier.capitalize()}" if who.tier else name)
    if basket.exemption is not None:
        marks.append(_("Without tax: %(number)s") % {"number": basket.exemption.certificate})
    if basket.note:
        marks.append(f"“{basket.note}”")
    return tuple(marks)


_MISSING = (
    (Block.WEIGHT_MISSING, N_("No weight yet: type 0.842* and Enter, or F5")),
    (Block.SERIAL_MISSING, N_("No serial number yet: F5, then scan or type it")),
    (Block.LOT_MISSING, N_("No lot number yet: F5, then scan or type it")),
    (Block.PRICE_MISSING, N_("No price yet: enter it with Ctrl+E, or remove the line")),
)


def _row(priced: PricedLine, currency: str, blocked: set[Block], confirmed: int) -> BasketRow:
    line, item = priced.line, priced.line.item
    if item is None:
        return _unknown_row(line)
    if line.returned is not None:
        return _returned_row(priced, item, line.returned, currency)
    reason = next((_(text) for block, text in _MISSING if block in blocked), "")
    tags = _tags(priced, currency)
    hidden = len(tags) - _MOST_TAGS
    count = quantity(line.quantity) if line.quantity else "?"
    return BasketRow(
        line=line.line,
        quantity=count,
        name=item.name,
        detail=_detail(line, item, currency, confirmed),
        amount=money(priced.net_minor, currency) if line.quantity else "–",
        was=_was(priced, item, currency),
        savings=tags[:_MOST_TAGS],
        further=ngettext("+%(n)d more", "+%(n)d more", hidden) if hidden > 0 else "",
        blocked=reason,
        actions=_WEIGHED if item.weighed else _COUNTED,
        spoken=f"{count} {item.name}, {_spoken_amounts(priced, currency, tags)}. {reason}".strip(),
    )


def _returned_row(
    priced: PricedLine, item: ItemSnapshot, back: Returned, currency: str
) -> BasketRow:
    word = _("Returned %(number)s") % {"number": back.number}
    if not back.number:
        word = _("Returned without a receipt")
    count = MINUS + quantity(priced.line.quantity)
    amount = money(priced.net_minor, currency)
    return BasketRow(
        line=priced.line.line,
        quantity=count,
        name=item.name,
        detail=_detail(priced.line, item, currency, item.min_age),
        amount=amount,
        returned=word,
        actions=("remove",),
        spoken=f"{count} {item.name}, {amount}. {word}",
    )


def _unknown_row(line: Line) -> BasketRow:
    reason = _("Not in the catalogue: remove it, or search (F2)")
    return BasketRow(
        line=line.line,
        quantity="?",
        name=_("Unknown code"),
        detail=line.code,
        amount="–",
        blocked=reason,
        actions=("search", "remove"),
        spoken=f"{_('Unknown code')} {line.code}. {reason}",
    )


def _spoken_amounts(priced: PricedLine, currency: str, tags: tuple[SavingTag, ...]) -> str:
    parts = [money(priced.net_minor, currency)]
    if priced.discount_minor:
        parts.append(_("saved %(amount)s") % {"amount": money(priced.discount_minor, currency)})
    return ", ".join((*parts, *(tag.name for tag in tags)))


def _was(priced: PricedLine, item: ItemSnapshot, currency: str) -> str:
    """What the line cost at the price of the shelf and with nothing off; empty when as much."""
    line, full = priced.line, priced.gross_minor
    if line.override is not None and line.quantity:
        full = extend(item.unit_price_minor, line.quantity)
    return money(full, currency) if full != priced.net_minor else ""


def _tags(priced: PricedLine, currency: str) -> tuple[SavingTag, ...]:
    """What somebody took off by hand, then promotions, the largest first."""
    by_hand = []
    if priced.line.reduction is not None and priced.reduced_minor:
        name = reduction_text(priced.line.reduction)
        by_hand.append(SavingTag(name, money(-priced.reduced_minor, currency), by_hand=True))
    largest_first = sorted(priced.savings, key=lambda one: (-one.minor, one.promo_id))
    promotions = (SavingTag(one.name, money(-one.minor, currency)) for one in largest_first)
    return (*by_hand, *promotions)


def reduction_text(reduction: Reduction) -> str:
    """``10 % · Damaged goods`` for a share, the reason alone for an amount."""
    known = REASONS[Occasion.REDUCTION].get(reduction.given.reason, "")
    reason = _(known) if known else reduction.given.reason
    return f"{percent(reduction.ppm)} · {reason}" if reduction.ppm else reason


def _detail(line: Line, item: ItemSnapshot, currency: str, confirmed: int) -> str:
    count, price = line.quantity, money(line.unit_price_minor, currency)
    if item.weighed:
        price = f"{item.unit} × {price}"
    elif count != ONE:
        price = _("%(price)s each") % {"price": price}
    if line.weight is not None and line.weight.tare:
        price += " · " + _("Tare %s kg") % quantity(line.weight.tare)
    if line.weight is not None and line.weight.typed_by is not None:
        price += " · " + _("weight typed")
    for label, number in ((_("Serial"), line.serial), (_("Lot"), line.lot)):
        price += f" · {label} {number}" if number else ""
    if not item.min_age:
        return price
    if item.min_age <= confirmed:
        return f"{price} · " + _("age checked %(age)s+") % {"age": item.min_age}
    return f"{price} · {item.min_age}+"


def totals(priced: PricedBasket) -> TotalsView:
    """Subtotal, savings, tax and total."""
    currency = priced.basket.currency
    pieces = sum(_pieces(line) for line in priced.lines)
    label = _("Subtotal")
    if pieces or not priced.lines:
        label += " · " + ngettext("%(n)d item", "%(n)d items", pieces)
    rows = [SumRow(label, money(priced.subtotal_minor, currency))]
    rates = " / ".join(dict.fromkeys(percent(row.ppm) for row in priced.tax))
    tax = _("VAT incl.") if priced.tax_included else _("VAT")
    rows.append(SumRow(f"{tax} ({rates})" if rates else tax, money(priced.tax_minor, currency)))
    if priced.basket.reduction is not None:
        off = sum(line.share_minor for line in priced.lines)
        name = _("Discount") + " " + reduction_text(priced.basket.reduction)
        rows.insert(1, SumRow(name, money(-off, currency), "success"))
    saved = money(priced.savings_minor, currency) if priced.savings_minor else ""
    earns = points_text(priced.points_earned) if priced.points_earned else ""
    return TotalsView(tuple(rows), money(priced.total_minor, currency), saved, earns)


def points_text(points: int) -> str:
    """``1 point``, ``12 points``."""
    return ngettext("%(n)d point", "%(n)d points", points)


def _pieces(line: PricedLine) -> int:
    item = line.line.item
    if item is None or line.line.returned is not None:
        return 0
    return 1 if item.weighed else line.line.quantity // ONE


def percent(ppm: int) -> str:
    """``21 %`` for 210000 parts per million, ``5.5 %`` for 55000."""
    whole, rest = divmod(ppm, 10_000)
    part = f"{rest:04d}".rstrip("0")
    return f"{whole}.{part} %" if part else f"{whole} %"


def unit_price(price_minor: int, unit: str, currency: str) -> str:
    """``€1.29`` for pieces, ``€2.90/kg`` for weighed goods."""
    price = money(price_minor, currency)
    return price if unit == Unit.PIECE else isolated(f"{price}/{unit}")


def listed_price(article: Tile | FoundItem, currency: str) -> str:
    """What an article costs; of one that stores value its amount, which may be open."""
    if article.stores and not article.price_minor:
        return _("Any amount")
    return unit_price(article.price_minor, article.unit, currency)


def stock_left(thousandths: int, unit: Unit) -> str:
    """What is left in the store, in the words of its unit."""
    amount = quantity(thousandths)
    return _("%(n)s left") % {"n": amount if unit is Unit.PIECE else f"{amount} {unit}"}


def tile_view(tile: Tile, currency: str) -> TileView:
    """A product as a tile."""
    weighed = tile.unit != Unit.PIECE
    return TileView(
        sku=tile.sku,
        name=tile.name,
        price=listed_price(tile, currency),
        remark=_("weighed") if weighed else "",
        badge=f"{tile.min_age}+" if tile.min_age else "",
        icon=tile.icon,
        tint=tile.tint,
    )


def born_by(years: int, today: date) -> date:
    """The last birthday on which somebody is old enough today.

    On 29 February of a year without its like, those born on 1 March are not yet old enough.
    """
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)
