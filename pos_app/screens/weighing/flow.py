"""The weighing sheet joined with the basket, the scale and the window's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import _, sentence
from pos_app.runtime.i18n import quantity as written
from pos_app.runtime.sounds import Sound
from pos_app.screens.approval.presenter import Act
from pos_app.screens.records import Message, Tone
from pos_app.screens.weighing.model import Article, Entry, Weighing, WeighingView
from pos_app.screens.weighing.presenter import WeighingPresenter
from pos_app.screens.weighing.sheet import WeighingSheet
from pos_app.screens.widgets.sheet import WIDE
from retail.catalog import Unit
from retail.weighing import Tare

if TYPE_CHECKING:
    from hardware.events import WeightRead
    from pos_app.screens.approval.presenter import Approvals
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.state import TypedQuantity
    from pos_app.screens.shell.ports import ShellPorts
    from pos_app.screens.widgets.sheet import Sheet
    from retail.basket.model import Line


class WeighingFlow(QObject):
    """Opens the sheet for a line that waits for its weight, where the till has a scale."""

    def __init__(
        self, basket: CheckoutPresenter, approvals: Approvals, ports: ShellPorts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._approvals = approvals
        self._scale = ports.scale
        self._common = ports.tares
        self._tares: tuple[Tare, ...] = ()
        self._content: WeighingSheet | None = None
        self._sheet: Sheet
        self.presenter = WeighingPresenter(basket, approvals, ports.tasks, self)
        self.presenter.changed.connect(self._show)
        self.presenter.refused.connect(self._refuse)
        self.presenter.done.connect(self._close)
        basket.weight_missing.connect(self.open_line)
        basket.approval_asked.connect(self._ask)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet
        sheet.opened.connect(self._left)
        sheet.closed.connect(self._left)

    def read(self, event: WeightRead) -> None:
        """The scale said something."""
        if self._content is not None:
            self.presenter.read(event.reading)

    def scan(self, _code: str) -> bool:
        """Refuse a scan while something is weighed: it would be taken for what lies there."""
        if self._content is None or self._sheet.content is not self._content:
            return False
        self._basket.heard.emit(Sound.RESTRICTED)
        self._basket.told.emit(
            Message(_("Add the weight first, or press Esc; nothing was scanned."), Tone.WARN)
        )
        return True

    def open_line(self, number: int) -> bool:
        """Weigh a line; False where there is no scale, or it is not sold by the kilogram."""
        line = self._line(number)
        if self._scale is None or line is None or line.item is None:
            return False
        if line.item.unit is not Unit.KILOGRAM or line.returned or line.label_minor is not None:
            return False
        own = Tare(_("Packing"), line.item.tare) if line.item.tare else None
        self._tares = (*((own,) if own else ()), *self._common)
        currency = self._basket.session.store.currency
        content = WeighingSheet(self._tares)
        content.confirmed.connect(self.presenter.confirm)
        content.entry_asked.connect(self.presenter.enter)
        content.typed.connect(self.presenter.type_text)
        content.tare_chosen.connect(self._choose_tare)
        article = Article(number, line.item.name, line.unit_price_minor, currency)
        self._sheet.open_with(_("Weigh"), content, width=WIDE)
        self._content = content
        self.presenter.start(article, own)
        self._scale.watch()
        return True

    def _line(self, number: int) -> Line | None:
        priced = self._basket.priced
        lines = priced.basket.lines if priced else ()
        return next((line for line in lines if line.line == number), None)

    def _choose_tare(self, place: int) -> None:
        self.presenter.choose_tare(self._tares[place - 1] if place else None)

    def _show(self, view: WeighingView) -> None:
        content, state = self._content, self.presenter.state
        if content is not None and state is not None:
            content.show_view(view)
            content.mark_tare(self._place(state))

    def _place(self, state: Weighing) -> int:
        if state.entry is Entry.TARE or state.tare is None:
            return -1 if state.entry is Entry.TARE else 0
        return self._tares.index(state.tare) + 1 if state.tare in self._tares else -1

    def _refuse(self, text: str) -> None:
        if self._content is not None:
            self._content.say(text)

    def _close(self) -> None:
        if self._content is not None and self._sheet.content is self._content:
            self._sheet.close_sheet()

    def _left(self) -> None:
        """The sheet is gone, or another one comes: the scale is asked no more."""
        if self._content is not None:
            self._content = None
            self.presenter.stop()
            if self._scale is not None:
                self._scale.rest()

    def _ask(self, typed: TypedQuantity) -> None:
        """A weight was typed elsewhere: somebody with the right allows it on the spot."""
        act = Act(
            _("Type the weight"),
            typed.subject,
            f"{written(typed.thousandths)} kg",
            lambda tx, other: typed.use_case(tx, *typed.args, approver=other),
        )
        self._approvals.run(
            self._basket.session,
            act,
            done=self._basket.take_over,
            failed=lambda error: self._basket.told.emit(Message(sentence(error), Tone.WARN)),
        )
