"""A receipt document set in columns: lines of placed pieces, codes, feeds and cuts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hardware.printer.text import clean, display_width, longest_word, wrap
from retail.receipt import (
    Align,
    Barcode,
    Block,
    Cut,
    Feed,
    Item,
    Pair,
    Qr,
    ReceiptDocument,
    Rule,
    Table,
    Text,
)

_MIN_LABEL = 6
_NOTE_INDENT = 2
_RULE = "\u2500"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line: where its field begins, how wide it is, on which side the text stands."""

    column: int
    width: int
    text: str
    right: bool = False

    @property
    def start(self) -> int:
        """The column where the text itself begins."""
        return self.column + (self.width - display_width(self.text) if self.right else 0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; ``size`` scales width and height, columns count in scaled cells."""

    segments: tuple[Segment, ...]
    align: Align = Align.LEFT
    bold: bool = False
    size: int = 1

    @property
    def text(self) -> str:
        """The line padded with spaces, without trailing ones."""
        line, column = "", 0
        for segment in self.segments:
            line += " " * (segment.start - column) + segment.text
            column = segment.start + display_width(segment.text)
        return line


Placed = Line | Barcode | Qr | Feed | Cut


@dataclass(frozen=True, slots=True)
class _ItemColumns:
    """Widths of name, quantity, unit price and amount. Source: receipt layout table."""

    name: int
    quantity: int
    unit: int
    amount: int


_ITEM_COLUMNS = {48: _ItemColumns(26, 6, 8, 8), 42: _ItemColumns(21, 5, 8, 8)}


def lay_out(document: ReceiptDocument, columns: int) -> Iterator[Placed]:
    """Set a document on paper of ``columns`` columns. Figures at the right are never cut."""
    for block in document.blocks:
        yield from _place(block, columns)


def _place(block: Block, columns: int) -> Iterator[Placed]:
    match block:
        case Text():
            yield from _text(block, columns)
        case Pair():
            yield from _pair(block, columns)
        case Item():
            yield from _item(block, columns)
        case Table():
            yield from _table(block, columns)
        case Rule():
            yield Line((Segment(0, columns, _RULE * columns),))
        case Barcode() | Qr() | Feed() | Cut():
            yield block


def _text(block: Text, columns: int) -> Iterator[Line]:
    width = columns // block.size
    for text in wrap(block.text, width):
        yield Line((Segment(0, width, text),), align=block.align, bold=block.bold, size=block.size)


def _pair(block: Pair, columns: int) -> Iterator[Line]:
    # A figure too long for large type is set in normal type rather than broken.
    size = block.size if display_width(clean(block.right)) <= columns // block.size else 1
    for segments in _label_and_figure(block.left, block.right, columns // size):
        yield Line(segments, bold=block.bold, size=size)


def _label_and_figure(left: str, right: str, width: int) -> Iterator[tuple[Segment, ...]]:
    """The label wrapped, the figure whole at the right of the label's last line.

    A figure that would break a word of the label, such as a receipt's number, goes below it.
    """
    figure = " ".join(clean(right).split())
    room = width - display_width(figure) - 1
    if display_width(figure) > width:
        yield from ((Segment(0, width, text),) for text in wrap(left, width))
        yield from ((Segment(0, width, text, right=True),) for text in wrap(figure, width))
        return
    narrow = room < _MIN_LABEL and display_width(clean(left)) > room
    if narrow or longest_word(left) > room:
        yield from ((Segment(0, width, text),) for text in wrap(left, width))
        yield (Segment(0, width, figure, right=True),)
        return
    *above, last = wrap(left, max(room, 2)) if left.strip() else [""]
    yield from ((Segment(0, width, text),) for text in above)
    if last:
        used = display_width(last)
        yield (Segment(0, used, last), Segment(used, width - used, figure, right=True))
    else:
        yield (Segment(0, width, figure, right=True),)


def _item(block: Item, columns: int) -> Iterator[Line]:
    shape = _ITEM_COLUMNS.get(columns)
    figures = (block.quantity, block.unit_price, block.amount)
    if shape and _fits(figures, (shape.quantity, shape.unit, shape.amount)):
        yield from _item_in_columns(block, shape)
    else:
        yield from (Line((Segment(0, columns, text),)) for text in wrap(block.name, columns))
        left = f"{block.quantity} \u00d7 {block.unit_price}" if block.unit_price else block.quantity
        for segments in _label_and_figure(left, block.amount, columns):
            yield Line(segments)
    if block.note:
        width = columns - _NOTE_INDENT
        yield from (Line((Segment(_NOTE_INDENT, width, t),)) for t in wrap(block.note, width))
    for name, figure in block.savings:
        for segments in _label_and_figure(name, figure, columns - _NOTE_INDENT):
            yield Line(tuple(_indented(segment) for segment in segments))


def _indented(segment: Segment) -> Segment:
    return replace(segment, column=segment.column + _NOTE_INDENT)


def _fits(texts: tuple[str, ...], widths: tuple[int, ...]) -> bool:
    return all(
        "\n" not in text and display_width(clean(text)) < width
        for text, width in zip(texts, widths, strict=True)
    )


def _item_in_columns(block: Item, shape: _ItemColumns) -> Iterator[Line]:
    first, *rest = wrap(block.name, shape.name)
    column, segments = shape.name, [Segment(0, shape.name, first)]
    for text, width in (
        (block.quantity, shape.quantity),
        (block.unit_price, shape.unit),
        (block.amount, shape.amount),
    ):
        if text:
            segments.append(Segment(column, width, clean(text), right=True))
        column += width
    yield Line(tuple(segments))
    yield from (Line((Segment(0, shape.name, text),)) for text in rest)


def _table(block: Table, columns: int) -> Iterator[Line]:
    rows = (block.header, *block.rows)
    count = max(map(len, rows))
    if count == 0:
        return
    widths = _column_widths(rows, count, columns)
    if widths is None:
        yield from _stacked(block, columns)
        return
    for index, row in enumerate(rows):
        column, segments = 0, []
        for place, width in enumerate(widths):
            text = clean(row[place]) if place < len(row) else ""
            if text:
                segments.append(Segment(column, width, text, right=place > 0))
            column += width
        yield Line(tuple(segments), bold=index == 0)


def _column_widths(rows: tuple[tuple[str, ...], ...], count: int, columns: int) -> list[int] | None:
    """Equal columns when every cell fits, else as wide as needed; ``None`` when nothing fits."""
    if any("\n" in cell for row in rows for cell in row):
        return None
    needed = [
        max((display_width(clean(row[i])) for row in rows if i < len(row)), default=0) + (i > 0)
        for i in range(count)
    ]
    equal, spare = columns // count, columns % count
    widths = [equal + spare * (i == 0) for i in range(count)]
    if all(need <= width for need, width in zip(needed, widths, strict=True)):
        return widths
    rest = columns - sum(needed)
    if rest < 0:
        return None
    needed[0] += rest % count
    return [need + rest // count for need in needed]


def _stacked(block: Table, columns: int) -> Iterator[Line]:
    """A table too wide for the paper: each row as pairs of heading and cell."""
    for row in block.rows:
        for place, cell in enumerate(row):
            heading = block.header[place] if place < len(block.header) else ""
            for segments in _label_and_figure(heading, cell, columns):
                yield Line(segments)
