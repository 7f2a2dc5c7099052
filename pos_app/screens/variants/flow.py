"""The variants' sheet joined with the basket and the window's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.checkout import queries, swapping
from pos_app.inventory.queries import told_on_hand
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.variants.sheet import VariantSheet
from pos_app.screens.widgets.sheet import WIDE
from retail.variants import matrix_of

if TYPE_CHECKING:
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from retail.variants import Variant


class VariantsFlow(QObject):
    """Opens the matrix of a family; what is chosen goes into the basket, or onto its line."""

    def __init__(self, basket: CheckoutPresenter, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks = tasks
        self._sheet: Sheet
        self._line: int | None = None
        self._thousandths = 0
        basket.family_asked.connect(self.open)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.VARIANT, self.open_for_line)

    def open_for_line(self) -> None:
        """Show the variants that the selected line may become."""
        number = self._basket.selected
        if number is None:
            self._say(_("Select a line first."))
            return
        self._line = number
        self._tasks.read(
            swapping.variants_of,
            self._basket.session,
            number,
            done=self._show,
            failed=self._failed,
        )

    def open(self, family: str, thousandths: int = 0) -> None:
        """Show the variants of a family; so many of the chosen one are wanted, 0 for one."""
        self._line, self._thousandths = None, thousandths
        session = self._basket.session
        self._tasks.read(
            queries.family,
            session.store,
            family,
            session.desk.now_us(),
            done=self._show,
            failed=self._failed,
        )

    def _show(self, variants: tuple[Variant, ...]) -> None:
        if not variants:
            self._say(_("None of its variants is sold any more; nothing was added."))
            return
        matrix = matrix_of(variants)
        content = VariantSheet(matrix, self._basket.session.store.currency)
        content.chosen.connect(self._choose)
        self._sheet.open_with(matrix.name, content, width=WIDE)
        self._tasks.read(
            told_on_hand,
            [one.sku for one in variants],
            done=lambda stock: self._show_stock(content, stock),
            failed=self._failed,
        )

    def _show_stock(self, content: VariantSheet, stock: dict[str, int]) -> None:
        if self._sheet.content is content:
            content.show_stock(stock)

    def _choose(self, sku: str) -> None:
        self._sheet.close_sheet()
        if self._line is None:
            self._basket.add_sku(sku, self._thousandths)
            return
        self._tasks.run(
            swapping.swap,
            self._basket.session,
            self._line,
            sku,
            done=self._swapped,
            failed=self._failed,
        )

    def _swapped(self, view: CheckoutView) -> None:
        name = next(
            (x.item.name for x in view.priced.basket.lines if x.line == self._line and x.item), ""
        )
        said = Message(_("Now %(name)s") % {"name": name}, undo=True)
        self._basket.take_over(view, said)

    def _failed(self, error: Exception) -> None:
        self._say(sentence(error))

    def _say(self, text: str) -> None:
        self._basket.told.emit(Message(text, Tone.WARN))
