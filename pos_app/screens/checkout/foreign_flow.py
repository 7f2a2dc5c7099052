"""Cash of another currency: which one, by touch or its digit; where there is one, at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.checkout import foreign
from pos_app.runtime import theme
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.labels import Label
from retail.tender.foreign import Rate, rate_text

if TYPE_CHECKING:
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.tender_presenter import TenderPresenter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet


class CurrencySheet(QWidget):
    """The currencies that the store takes.

    Signals:
        chosen: the :class:`Rate`.
    """

    chosen = Signal(object)

    def __init__(self, rates: Sequence[Rate], local: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates = tuple(rates)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(8))
        column.addWidget(Label(_("Which currency is it?"), "h2"))
        for number, rate in enumerate(self._rates, 1):
            text = f"1 {rate.currency} = {rate_text(rate.ppm)} {local}"
            button = AppButton(text, hint=str(number) if number < 10 else "")
            button.clicked.connect(lambda _on=False, one=rate: self.chosen.emit(one))
            column.addWidget(button)
        column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses."""
        digit = event.text()
        if digit in list("123456789") and int(digit) <= len(self._rates):
            self.chosen.emit(self._rates[int(digit) - 1])
        else:
            event.ignore()


class ForeignFlow(QObject):
    """Asks for the currency and hands it to the payment.

    Signals:
        told: a :class:`Message` for the toasts.
    """

    told = Signal(object)

    def __init__(
        self,
        basket: CheckoutPresenter,
        payment: TenderPresenter,
        tasks: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._payment = payment
        self._tasks = tasks
        self._sheet: Sheet

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.FOREIGN, self._ask)

    def _ask(self) -> None:
        self._tasks.read(
            foreign.rates,
            self._basket.session,
            done=self._choose,
            failed=lambda error: self.told.emit(Message(sentence(error), Tone.WARN)),
        )

    def _choose(self, rates: tuple[Rate, ...]) -> None:
        if not rates:
            text = _("This store has no rates for foreign cash; head office sets them.")
            self.told.emit(Message(text, Tone.WARN))
        elif len(rates) == 1:
            self._payment.choose_foreign(rates[0])
        else:
            content = CurrencySheet(rates, self._basket.session.store.currency)
            content.chosen.connect(self._chosen)
            self._sheet.open_with(_("Foreign cash"), content)

    def _chosen(self, rate: Rate) -> None:
        self._sheet.close_sheet()
        self._payment.choose_foreign(rate)
