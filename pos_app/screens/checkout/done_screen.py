"""After the sale: the change, large, until the next scan or five seconds have passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.records import Tone
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import Command
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, Label
from pos_app.screens.widgets.notices import ReceiptPreview
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.pill import IconMark
from pos_app.screens.widgets.room import give_way, without

AUTO_NEXT_SECONDS = 5
# A second Enter from a bouncing key must not hide the change unseen.
GUARD_MS = 600

_PRINT = {
    Tone.OK: ("circle-check", "success"),
    Tone.WARN: ("printer", "text2"),
    Tone.ERROR: ("triangle-alert", "warn"),
}


@dataclass(frozen=True, slots=True)
class DoneView:
    """What is said after a sale; ``paper`` where its receipt is not printed."""

    headline: str
    amount: str
    detail: str
    paper: str = ""


class DoneScreen(QWidget):
    """Change, printing and the way on.

    Args:
        run: runs a command by name.
        with_receipt: keep room for the picture of the receipt.
        parent: Qt parent.

    Signals:
        finished: the next sale begins.
        typed: the key that the next sale begins with, once it has begun.
    """

    finished = Signal()
    typed = Signal(object)

    def __init__(
        self,
        run: Callable[[Command], object],
        *,
        with_receipt: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._run = run
        self._headline = Label("", "h2", tone="text2")
        self._amount = Label("", "due", tone="success", align=CENTRE)
        self._detail = Label("", "row", tone="text2", align=CENTRE)
        self._print_icon = IconMark("printer", 20, "text2")
        self._print_text = Label("", "strong")
        self._paper = Card()
        # Shown without a parent it would be a window of its own for a moment.
        self._with_receipt = with_receipt
        if not with_receipt:
            self._paper.hide()
        self._receipt = ReceiptPreview()
        self._paper_less = ""
        self.sale: UUID | None = None
        self._left = AUTO_NEXT_SECONDS
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        self._shown = QElapsedTimer()
        self.next = AppButton(_("Next sale"), ButtonKind.PAY, icon="scan-barcode")
        self.next.clicked.connect(self._finish)
        reprint = CommandButton(_("Print again"), Command.REPRINT, run, icon="printer", hint=True)
        gift = CommandButton(_("Gift receipt"), Command.GIFT_RECEIPT, run, icon="gift")
        mail = CommandButton(_("E-mail"), Command.MAIL_RECEIPT, run, icon="mail", hint=True)
        invoice = CommandButton(_("Invoice"), Command.INVOICE, run, icon="file-text", hint=True)
        self._build(reprint, gift, mail, invoice)

    @property
    def pictured(self) -> bool:
        """The receipt is shown, or is never to be."""
        return not self._with_receipt or self._receipt.shows_something

    def show_sale(self, view: DoneView, sale: UUID | None = None) -> None:
        """Show a sale and begin to count down."""
        self.sale = sale
        self._headline.setText(view.headline)
        self._amount.setText(view.amount)
        self._amount.setAccessibleName(f"{view.headline} {view.amount}")
        self._detail.setText(view.detail)
        self._receipt.clear()
        self._paper_less = ""
        self.show_print(view.paper or _("The receipt is being printed."), Tone.WARN)
        self._paper_less = view.paper
        self._left = AUTO_NEXT_SECONDS
        self._shown.start()
        self._second.start()
        self._label()

    def show_receipt(self, png: bytes) -> None:
        """Show the receipt as its printer prints it."""
        self._receipt.show_png(png)

    def show_print(self, text: str, tone: Tone) -> None:
        """Say how the printing goes; trouble stops the countdown, for somebody must act."""
        if self._paper_less and tone is not Tone.ERROR:
            # The printer was only asked to open the drawer.
            return
        icon, colour = _PRINT[tone]
        self._print_icon.set_icon(icon, colour)
        self._print_text.setText(text)
        self._print_text.set_tone("warn" if tone is Tone.ERROR else "")
        if tone is Tone.ERROR:
            self.wait()

    def wait(self) -> None:
        """Stay until somebody goes on: something else is done with the receipt."""
        self._second.stop()
        self._left = 0
        self._label()

    def stop(self) -> None:
        """Stop the countdown; the page is left."""
        self._second.stop()

    def minimumSizeHint(self) -> QSize:
        """Without the picture of the receipt, which gives way on a narrow page."""
        return without(super().minimumSizeHint(), self._paper, spacing=theme.current().px(16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The receipt is shown where there is room."""
        super().resizeEvent(event)
        if self._with_receipt:
            give_way(self, self._paper)

    @property
    def settled(self) -> bool:
        """Long enough on the screen that a bouncing key does not hide the change unseen."""
        return self._shown.isValid() and self._shown.hasExpired(GUARD_MS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, unless it is held or bounces; what is typed begins the next sale."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat() and self.settled:
                self._finish()
        elif event.text().strip() and event.text().isprintable() and not event.isAutoRepeat():
            self._finish()
            self.typed.emit(event)
        else:
            event.ignore()

    def _tick(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._finish()
        else:
            self._label()

    def _finish(self) -> None:
        self._second.stop()
        self.finished.emit()

    def _label(self) -> None:
        text = _("Next sale")
        self.next.set_label(f"{text} · {self._left}" if self._left > 0 else text, text)

    def _build(self, *again: AppButton) -> None:
        now = theme.current()
        card = Card()
        card.setFixedWidth(now.px(560))
        inner = QVBoxLayout(card)
        pad = now.px(24)
        inner.setContentsMargins(pad, pad, pad, pad)
        inner.setSpacing(now.px(8))
        top = QHBoxLayout()
        top.setSpacing(now.px(10))
        top.addStretch(1)
        top.addWidget(IconMark("circle-check", 32, "success"))
        top.addWidget(self._headline)
        top.addStretch(1)
        inner.addLayout(top)
        for label in (self._amount, self._detail):
            inner.addWidget(label)
        inner.addSpacing(now.px(16))
        state = QHBoxLayout()
        state.setSpacing(now.px(10))
        state.addStretch(1)
        state.addWidget(self._print_icon)
        state.addWidget(self._print_text)
        state.addStretch(1)
        inner.addLayout(state)
        inner.addSpacing(now.px(16))
        papers = QGridLayout()
        papers.setSpacing(now.px(8))
        for place, button in enumerate(again):
            papers.addWidget(button, *divmod(place, 2))
        inner.addLayout(papers)
        inner.addWidget(self.next)
        self._paper.setFixedWidth(now.px(400))
        paper = QVBoxLayout(self._paper)
        paper.setContentsMargins(now.px(12), now.px(12), now.px(12), now.px(12))
        paper.addWidget(self._receipt)
        row = QHBoxLayout()
        row.setSpacing(now.px(16))
        row.addStretch(1)
        row.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._paper)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(now.px(16), now.px(8), now.px(16), now.px(8))
        column.addLayout(row, 1)
        hint = Label(_("The next scan starts the next sale."), "meta", tone="text2", align=CENTRE)
        column.addSpacing(now.px(12))
        column.addWidget(hint)
