"""The armed input line: what is typed becomes a code, a quantity, a search or a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.screens.checkout.catalogue_presenter import CataloguePresenter, is_search
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap

if TYPE_CHECKING:
    from pos_app.screens.checkout.line_presenter import LinePresenter
    from pos_app.screens.checkout.screen import CheckoutScreen
    from pos_app.screens.records import FoundRow

_ACTIONS = {
    "less": Command.LINE_LESS,
    "more": Command.LINE_MORE,
    "quantity": Command.QUANTITY,
    "reduce": Command.REDUCE,
    "acts": Command.ACTS,
    "why": Command.LINE_WHY,
    "new_price": Command.NEW_PRICE,
    "search": Command.SEARCH,
    "remove": Command.LINE_REMOVE,
}


class InputLine(QObject):
    """Joins the line, the search results and the basket."""

    def __init__(
        self,
        screen: CheckoutScreen,
        catalogue: CataloguePresenter,
        reader: LinePresenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._catalogue = catalogue
        self._reader = reader
        catalogue.found_changed.connect(self._show_found)
        screen.search.chosen.connect(self._add_found)
        screen.line.textEdited.connect(self._edited)

    def bind(self, commands: CommandMap) -> None:
        """Give the line's commands their handlers, and the line its commands."""
        commands.bind(Command.SEARCH, self.toggle_search)
        commands.bind(Command.ENTER, self.enter)
        line = self._screen.line
        line.entered.connect(lambda _text: commands.trigger(Command.ENTER))
        line.moved.connect(lambda step: self._step(commands, step))
        line.stepped.connect(
            lambda step: commands.trigger(Command.LINE_MORE if step > 0 else Command.LINE_LESS)
        )
        line.removed.connect(lambda: commands.trigger(Command.LINE_REMOVE))
        self._screen.basket.acted.connect(lambda name: commands.trigger(_ACTIONS[name]))

    def toggle_search(self) -> None:
        """Open or close the search results."""
        overlay, line = self._screen.search, self._screen.line
        line.setFocus()
        if overlay.isVisible():
            overlay.hide()
            return
        self._screen.place_search()
        overlay.ask()
        if line.text():
            self._catalogue.search(line.text())

    def enter(self) -> None:
        """Add what is chosen or typed; a name whose results are not there yet waits for them."""
        text, overlay = self._screen.line.text().strip(), self._screen.search
        if not text:
            return
        sku = overlay.current_sku()
        if sku:
            self._add_found(sku)
            return
        searching = overlay.isVisible() and is_search(text)
        overlay.hide()
        self._screen.line.clear()
        if searching:
            self._catalogue.first(text, lambda found: self._found_first(text, found))
        else:
            self._reader.enter(text)

    def _edited(self, text: str) -> None:
        overlay = self._screen.search
        if not overlay.isVisible() and is_search(text):
            self._screen.place_search()
            overlay.ask()
        if not overlay.isVisible():
            return
        if text:
            self._catalogue.search(text)
        else:
            overlay.hide()

    def _show_found(self, rows: tuple[FoundRow, ...]) -> None:
        if self._screen.search.isVisible():
            self._screen.search.show_found(rows, words=self._screen.line.text())

    def _found_first(self, text: str, sku: str) -> None:
        if sku:
            self._reader.found(text, sku, self._catalogue.family_of(sku))
        else:
            self._reader.enter(text)

    def _add_found(self, sku: str) -> None:
        text = self._screen.line.text()
        self._screen.search.hide()
        self._screen.line.clear()
        self._reader.found(text, sku, self._catalogue.family_of(sku))

    def _step(self, commands: CommandMap, step: int) -> None:
        if self._screen.search.isVisible():
            self._screen.search.step(step)
        else:
            commands.trigger(Command.LINE_UP if step < 0 else Command.LINE_DOWN)
