"""Opening a shift: the float in the drawer, by keypad or keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, money, parse_amount, sentence
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import ENTER, Keypad, KeypadMode, pad_key
from pos_app.screens.widgets.labels import Card, Label
from pos_app.screens.widgets.pill import IconMark
from pos_app.screens.widgets.tender import AmountDisplay
from pos_app.till import service
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.service import TillSession


class OpenShiftPresenter(QObject):
    """Takes the float and opens the shift.

    Signals:
        changed: the text typed, the amount as written, whether it was typed.
        told: what is wrong, as a sentence.
        opened: the session with its shift.
    """

    changed = Signal(str, bool)
    told = Signal(str)
    opened = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._session: TillSession | None = None
        self._typed = ""
        self._busy = False

    def start(self, session: TillSession) -> None:
        """Begin for a session without a shift."""
        self._session, self._typed, self._busy = session, "", False
        self._publish()

    def type_key(self, key: str) -> None:
        """A digit, a separator, ``back`` or ``clear``."""
        text = {"back": self._typed[:-1], "clear": ""}.get(key, self._typed + key)
        if text and not self._amount_of(text):
            return
        self._typed = text
        self._publish()

    def submit(self) -> None:
        """Open the shift; a second press does nothing."""
        if self._busy or self._session is None:
            return
        if not self._typed:
            self.told.emit(_("Count the drawer and type its float; 0 when it is empty."))
            return
        self._busy = True
        amount = parse_amount(self._typed, self._session.store.currency)
        self._tasks.run(
            service.open_shift, self._session, amount, done=self._opened, failed=self._failed
        )

    def _amount_of(self, text: str) -> str:
        if self._session is None:
            return ""
        currency = self._session.store.currency
        try:
            return money(parse_amount(text, currency), currency)
        except RetailError:
            return ""

    def _publish(self) -> None:
        self.changed.emit(self._amount_of(self._typed or "0"), bool(self._typed))

    def _opened(self, session: TillSession) -> None:
        self._busy = False
        self.opened.emit(session)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self.told.emit(sentence(error))


class OpenShiftScreen(QWidget):
    """Layout and keys of the page.

    Signals:
        typed: a key.
        submitted: Enter or the button.
    """

    typed = Signal(str)
    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._where = Label("", "body", tone="text2")
        self._hint = Label("", "strong")
        self._hint.setWordWrap(True)
        self._display = AmountDisplay(_("Float counted"))
        self._keypad = Keypad(KeypadMode.MONEY)
        self._keypad.pressed.connect(self._press)
        self.open = AppButton(_("Open shift"), ButtonKind.PAY, icon="store", hint="↵")
        self.open.clicked.connect(self.submitted)
        self._build()

    def show_place(self, text: str) -> None:
        """Say which till and who."""
        self._where.setText(text)
        self.show_hint("")

    def show_amount(self, amount: str, *, typed: bool) -> None:
        """Show the float."""
        self._display.show_amount(_("Float counted"), amount, faint=not typed)
        self.show_hint("")

    def show_hint(self, text: str) -> None:
        """Say what is wrong, or nothing."""
        self._hint.setText(text or _("Notes and coins in the drawer before the first sale."))
        self._hint.set_tone("warn" if text else "text2")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and separators are typed; Enter opens."""
        key = pad_key(event)
        if key is None:
            event.ignore()
        elif key:
            self._press(key)

    def _press(self, key: str) -> None:
        if key == ENTER:
            self.submitted.emit()
        else:
            self.typed.emit(key)

    def _build(self) -> None:
        now = theme.current()
        card = Card()
        card.setFixedWidth(now.px(440))
        inner = QVBoxLayout(card)
        pad = now.px(24)
        inner.setContentsMargins(pad, pad, pad, pad)
        inner.setSpacing(now.px(12))
        head = QHBoxLayout()
        head.setSpacing(now.px(12))
        head.addWidget(IconMark("store", 32, "primary"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(_("Open shift"), "h1"))
        words.addWidget(self._where)
        head.addLayout(words, 1)
        inner.addLayout(head)
        inner.addWidget(self._display)
        inner.addWidget(self._hint)
        self._keypad.setMaximumHeight(now.px(4 * 64 + 3 * 8))
        inner.addWidget(self._keypad)
        inner.addWidget(self.open)
        column = QVBoxLayout(self)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
