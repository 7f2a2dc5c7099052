"""What a line of the grammar does, whether it was typed, scanned, pressed or put on a key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from retail import input_line as grammar
from retail.errors import RetailError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from retail.pricing import PricedBasket


_OfALine = grammar.SetQuantity | grammar.VoidSelected | grammar.VoidPlace | grammar.VoidCode


class LinePresenter(QObject):
    """Reads lines and gives them to the basket, or to whoever can do what they ask for.

    Args:
        after_answers: takes a step once the basket holds everything that was entered before.

    Signals:
        told: a :class:`Message`.
        price_asked: a code whose price is wanted, empty to ask for it.
        return_asked: a receipt's number or an article's code, empty to ask for it.
        member_asked: the number of a customer's card.
        doubted: a reading whose quantity somebody must say is meant; then :meth:`take` it.
    """

    told = Signal(object)
    price_asked = Signal(str)
    return_asked = Signal(str)
    member_asked = Signal(str)
    doubted = Signal(object)

    def __init__(
        self,
        basket: CheckoutPresenter,
        after_answers: Callable[[Callable[[], object]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._after_answers = after_answers

    def enter(self, text: str) -> None:
        """Take a line that was typed, pressed or put on a key."""
        self._read(lambda: grammar.read_line(text))

    def found(self, text: str, sku: str, family: str = "") -> None:
        """Take an article that the words of a line found, or ask which of its family."""
        self._read(lambda: grammar.with_article(text, sku, family))

    def _read(self, read: Callable[[], grammar.Reading]) -> None:
        try:
            self._take_or_ask(read())
        except RetailError as error:
            self.told.emit(Message(sentence(error), Tone.WARN))

    def scan(self, code: str, symbology: str = "", waiting: str = "") -> bool:
        """Take a scanned code: never a quantity, never a word of the grammar.

        Args:
            waiting: what stands on the line; True where it waited for a code.
        """
        try:
            reading = grammar.with_code(waiting, code)
        except RetailError as error:
            self.told.emit(Message(sentence(error), Tone.WARN))
            return True
        if reading is None:
            self._basket.add_code(symbology + code)
            return False
        if isinstance(reading, grammar.AddCode):
            reading = replace(reading, code=symbology + code)
        self._take_or_ask(reading)
        return True

    def _take_or_ask(self, reading: grammar.Reading) -> None:
        if grammar.asks(reading):
            self.doubted.emit(reading)
        else:
            self.take(reading)

    def take(self, reading: grammar.Reading) -> None:
        """Do what a reading says."""
        basket = self._basket
        match reading:
            case grammar.AddCode():
                basket.add_code(reading.code, reading.thousandths)
            case grammar.AddArticle() if reading.family:
                basket.family_asked.emit(reading.family, reading.thousandths)
            case grammar.AddArticle():
                basket.add_sku(reading.sku, reading.thousandths)
            case (
                grammar.SetQuantity()
                | grammar.VoidSelected()
                | grammar.VoidPlace()
                | grammar.VoidCode()
            ):
                # They mean a line that may only just have been scanned.
                self._after_answers(lambda: self._change_line(reading))
            case grammar.ReturnOf():
                self.return_asked.emit(reading.text)
            case grammar.Member():
                self.member_asked.emit(reading.number)
            case grammar.CheckPrice():
                self.price_asked.emit(reading.code)

    def _change_line(self, reading: _OfALine) -> None:
        basket = self._basket
        match reading:
            case grammar.SetQuantity():
                basket.set_quantity(reading.thousandths)
            case grammar.VoidSelected():
                basket.remove()
            case grammar.VoidPlace():
                self._void(_line_at(basket.priced, reading.place))
            case grammar.VoidCode():
                self._void(_line_of(basket.priced, reading.code))

    def _void(self, line: int | None) -> None:
        if line is None:
            self.told.emit(Message(_("There is no such line; nothing was removed."), Tone.WARN))
        else:
            self._basket.remove_line(line)


def _line_at(priced: PricedBasket | None, place: int) -> int | None:
    """The number of the line at a place of the list, counted from 1."""
    lines = priced.lines if priced else ()
    return lines[place - 1].line.line if 1 <= place <= len(lines) else None


def _line_of(priced: PricedBasket | None, code: str) -> int | None:
    """The number of the last line of an article, by the code that was read, or its SKU."""
    for line in reversed(priced.lines if priced else ()):
        item = line.line.item
        if code in {line.line.code, item.sku if item else "", item.gtin if item else ""} - {""}:
            return line.line.line
    return None
