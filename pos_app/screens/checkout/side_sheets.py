"""The checkout's side sheets joined with the basket: categories, quantity, age."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale, QObject, Signal

from pos_app.runtime.i18n import _, language
from pos_app.screens.checkout.piece_sheet import PieceSheet
from pos_app.screens.checkout.sheets import AgeCheck, CategoryPad, QuantityPad
from pos_app.screens.checkout.views import born_by
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.widgets.sheet import WIDE
from retail.basket.blocks import Block, blocks
from retail.basket.lines import Piece

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.screens.checkout.catalogue_presenter import CataloguePresenter
    from pos_app.screens.checkout.line_presenter import LinePresenter
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.screen import CheckoutScreen
    from pos_app.screens.checkout.state import AgeQuestion, BasketState
    from pos_app.screens.weighing.flow import WeighingFlow
    from pos_app.screens.widgets.sheet import Sheet


def _with_serial(number: str) -> Piece:
    return Piece(serial=number)


def _of_lot(number: str) -> Piece:
    return Piece(lot=number)


class SideSheets(QObject):
    """Opens them and hands their answers on.

    Signals:
        told: a :class:`Message`.
    """

    told = Signal(object)

    def __init__(
        self,
        screen: CheckoutScreen,
        basket: CheckoutPresenter,
        catalogue: CataloguePresenter,
        reader: LinePresenter,
        weighing: WeighingFlow,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._basket = basket
        self._catalogue = catalogue
        self._reader = reader
        self._weighing = weighing
        self._sheet: Sheet
        self._state: BasketState | None = None
        basket.basket_changed.connect(self._keep)
        basket.age_asked.connect(self._ask_age)
        screen.chips.chosen.connect(catalogue.choose_category)
        screen.chips.more_asked.connect(self._open_categories)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the commands their handlers."""
        commands.bind(Command.QUANTITY, self._open_quantity)
        commands.bind_numbered(Command.CATEGORY, self._choose_category)
        commands.bind_numbered(Command.FAVOURITE, self._add_favourite)

    def _keep(self, state: BasketState) -> None:
        self._state = state

    def _choose_category(self, number: int) -> None:
        views = self._screen.chips.views
        if number < len(views):
            self._show_category(views[number].key)

    def _show_category(self, key: str) -> None:
        self._sheet.close_sheet()
        self._screen.chips.choose(key)
        self._catalogue.choose_category(key)

    def _open_categories(self) -> None:
        content = CategoryPad(self._screen.chips.views)
        content.chosen.connect(self._show_category)
        self._sheet.open_with(_("Categories"), content, width=WIDE)

    def _add_favourite(self, number: int) -> None:
        tile = self._catalogue.tile_at(number)
        if tile is not None:
            self._screen.grid.chosen.emit(tile)

    def _open_quantity(self) -> None:
        state = self._state
        row = next((r for r in state.rows if r.line == state.selected), None) if state else None
        if row is None:
            self.told.emit(Message(_("Select a line first."), Tone.WARN))
            return
        if self._open_piece(row.line, row.name) or self._weighing.open_line(row.line):
            return
        pad = QuantityPad(row.name, row.quantity)
        pad.entered.connect(self._quantity_entered)
        self._sheet.open_with(_("Quantity or weight"), pad)

    def _open_piece(self, line: int, name: str) -> bool:
        """Ask for the number that a line still lacks; False when it lacks none."""
        priced = self._basket.priced
        missing = {b.block for b in blocks(priced.basket) if b.line == line} if priced else set()
        if Block.SERIAL_MISSING in missing:
            what, made = _("Its serial number is still missing."), _with_serial
        elif Block.LOT_MISSING in missing:
            what, made = _("Its lot number is still missing."), _of_lot
        else:
            return False
        content = PieceSheet(name, what)

        def entered(number: str) -> None:
            self._sheet.close_sheet()
            self._basket.note_piece(line, made(number))

        content.entered.connect(entered)
        self._sheet.open_with(_("Serial or lot number"), content)
        return True

    def scan(self, code: str) -> bool:
        """Take a scanned number while it is asked for; False when it is not."""
        content = self._sheet.content
        if isinstance(content, PieceSheet):
            content.take_code(code)
            return True
        return False

    def _quantity_entered(self, text: str) -> None:
        self._sheet.close_sheet()
        self._reader.enter(f"{text}*")

    def _ask_age(self, question: AgeQuestion) -> None:
        session = self._basket.session
        today = session.desk.now().astimezone(ZoneInfo(session.store.zone)).date()
        day = born_by(question.years, today)
        written = QLocale(language()).toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")
        content = AgeCheck(question.years, written, question.names)

        def answer(act: Callable[[AgeQuestion], None]) -> None:
            self._sheet.close_sheet()
            act(question)

        content.confirmed.connect(lambda: answer(self._basket.confirm_age))
        content.refused.connect(lambda: answer(self._basket.refuse_age))
        self._sheet.open_with(_("Age check"), content)
