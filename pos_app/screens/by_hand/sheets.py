"""Sheets of words and people: notes, certificates, sellers, reasons, and the list of all acts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _
from pos_app.screens.by_hand.amounts import BASKET, LINE, Subject
from pos_app.screens.by_hand.reason_chips import ReasonChips
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.people import PersonTile
from pos_app.screens.widgets.segments import Segments
from pos_app.screens.widgets.text_field import TextField
from retail.basket.model import MAX_NOTE
from retail.reasons import Occasion

PRESETS = (N_("Gift"), N_("To be delivered"), N_("Will be collected"), N_("Pack separately"))
_LONGEST_CERTIFICATE = 40
_COLUMNS = 2


class NoteSheet(QWidget):
    """A note on a line or the basket; an empty one takes it away.

    Signals:
        entered: the note, and ``line`` or ``basket``.
    """

    entered = Signal(str, str)

    def __init__(
        self, subject: Subject, notes: dict[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        now = theme.current()
        self._notes = notes
        self.scope = LINE if subject.line is not None else BASKET
        name = _("This line: %(article)s") % {"article": subject.name}
        self.scopes = Segments({LINE: name, BASKET: _("Whole basket")})
        self.scopes.set_label(LINE, name, open_=subject.line is not None)
        self.scopes.setAccessibleName(_("What it is about"))
        self.scopes.chosen.connect(self.choose_scope)
        self.field = TextField(_("Note, printed on the receipt"), longest=MAX_NOTE)
        self.field.entered.connect(self._confirm)
        self.setFocusProxy(self.field)
        self._hint = Label("", "meta", tone="warn")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self.scopes)
        column.addWidget(self.field)
        column.addLayout(self._build_presets())
        column.addWidget(self._hint)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(now.px(8))
        away = AppButton(_("Take the note away"), icon="trash-2")
        away.setEnabled(any(notes.values()))
        away.clicked.connect(lambda: self.entered.emit("", self.scope))
        keep = AppButton(_("Keep the note"), ButtonKind.PRIMARY, hint="↵")
        keep.clicked.connect(self._confirm)
        row.addWidget(away, 1)
        row.addWidget(keep, 1)
        column.addLayout(row)
        self.choose_scope(self.scope)

    def choose_scope(self, scope: str) -> None:
        """The line or the whole basket; what was typed stays unless it was the other's note."""
        if self.field.text() in {"", *self._notes.values()}:
            self.field.setText(self._notes.get(scope, ""))
        self.scope = scope
        self.scopes.choose(scope)

    def say(self, text: str) -> None:
        """Say why it cannot be kept; what was typed stays."""
        self._hint.setText(text)

    def _confirm(self) -> None:
        self.entered.emit(self.field.text(), self.scope)

    def _build_presets(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.current().px(8))
        for place, preset in enumerate(PRESETS):
            text = _(preset)
            button = AppButton(text, icon="message-square-text")
            button.clicked.connect(lambda _on=False, text=text: self._take(text))
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        return grid

    def _take(self, text: str) -> None:
        self.entered.emit(text, self.scope)


class ExemptSheet(QWidget):
    """The certificate of a customer who pays no tax.

    Signals:
        entered: the certificate's number and the code of the reason.
        reset: the sale bears tax after all.
    """

    entered = Signal(str, str)
    reset = Signal()

    def __init__(self, certificate: str, reason: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.field = TextField(_("Number of the certificate"), longest=_LONGEST_CERTIFICATE)
        self.field.setText(certificate)
        self.field.entered.connect(self._confirm)
        self.setFocusProxy(self.field)
        self.reasons = ReasonChips(Occasion.EXEMPTION, typed=True)
        self.reasons.mark(reason)
        self._hint = Label("", "meta", tone="warn")
        self._hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self.reasons)
        column.addWidget(self.field)
        column.addWidget(self._hint)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(now.px(8))
        back = AppButton(_("With tax after all"), icon="rotate-ccw")
        back.setEnabled(bool(certificate))
        back.clicked.connect(self.reset)
        forth = AppButton(_("Sell without tax"), ButtonKind.PRIMARY, hint="↵")
        forth.clicked.connect(self._confirm)
        row.addWidget(back, 1)
        row.addWidget(forth, 1)
        column.addLayout(row)

    @property
    def says(self) -> str:
        """What is said at present."""
        return self._hint.text()

    def say(self, text: str) -> None:
        """Say why it cannot be done so; what was typed stays."""
        self._hint.setText(text)

    def _confirm(self) -> None:
        self.entered.emit(self.field.text(), self.reasons.reason)


class ReasonSheet(QWidget):
    """A reason, and with it the act is done.

    Signals:
        chosen: code of the reason.
    """

    chosen = Signal(str)

    def __init__(self, occasion: Occasion, detail: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.reasons = ReasonChips(occasion, numbered=True)
        self.reasons.chosen.connect(self.chosen)
        words = Label(detail, "body", tone="text2")
        words.setWordWrap(True)
        self._hint = Label("", "meta", tone="warn")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(words)
        column.addWidget(self.reasons)
        column.addWidget(self._hint)
        column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def say(self, text: str) -> None:
        """Say why it cannot be done so."""
        self._hint.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit or letter chooses."""
        if event.isAutoRepeat() or not self.reasons.choose_key(event.text()):
            event.ignore()


class SellerSheet(QWidget):
    """Who sold the line; arrows and Enter, a digit or a tap.

    Signals:
        chosen: place in the list.
    """

    chosen = Signal(int)

    def __init__(
        self,
        people: Sequence[tuple[str, str, str]],
        present: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        now = theme.current()
        self._place = present
        self.tiles = [PersonTile(*person) for person in people]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(now.px(8))
        for place, tile in enumerate(self.tiles):
            tile.clicked.connect(lambda _on=False, at=place: self.chosen.emit(at))
            grid.addWidget(tile, place // _COLUMNS, place % _COLUMNS)
        grid.setRowStretch(len(self.tiles) // _COLUMNS + 1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._mark(present)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, Enter and digits choose."""
        steps = {
            Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: _COLUMNS, Qt.Key.Key_Up: -_COLUMNS,
        }  # fmt: skip
        key, text = Qt.Key(event.key()), event.text()
        if key in steps:
            self._mark(self._place + steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.chosen.emit(self._place)
        elif text and text in "123456789" and int(text) <= len(self.tiles):
            self.chosen.emit(int(text) - 1)
        else:
            event.ignore()

    def _mark(self, place: int) -> None:
        if 0 <= place < len(self.tiles):
            self._place = place
            self.tiles[place].setChecked(True)


class ActsSheet(QWidget):
    """Everything that can be done by hand, with its keys.

    Signals:
        chosen: the :class:`Command`.
    """

    chosen = Signal(object)

    def __init__(
        self, acts: Sequence[tuple[Command, str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        now = theme.current()
        self._commands = [command for command, _icon, _label in acts]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(8))
        for number, (command, icon, label) in enumerate(acts, 1):
            keys = keys_of(command)
            text = f"{number}   {label}"
            button = AppButton(text, icon=icon, hint=keys, name=f"{label} ({keys})")
            button.setFixedHeight(now.px(52))
            button.clicked.connect(lambda _on=False, command=command: self.chosen.emit(command))
            column.addWidget(button)
        column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses."""
        text = event.text()
        if text and text in "123456789" and int(text) <= len(self._commands):
            self.chosen.emit(self._commands[int(text) - 1])
        else:
            event.ignore()
