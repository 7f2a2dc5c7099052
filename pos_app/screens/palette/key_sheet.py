"""All keys by area; choose a command and press the key that it shall have at this till."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.palette.command_list import CommandList
from pos_app.screens.palette.model import CommandRow
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.labels import Label

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_MODIFIERS = {
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock,
}  # fmt: skip
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class KeySheet(QWidget):
    """The list of keys and the wait for a new one.

    Signals:
        pressed: a :class:`Command` and the key that it shall have.
        undo_asked: the last change shall be taken back.
        reset_asked: every command shall have its usual key.
    """

    pressed = Signal(object, str)
    undo_asked = Signal()
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._waiting: CommandRow | None = None
        self._hint = Label("", "body", tone="text2")
        self._hint.setWordWrap(True)
        self._hint.setMinimumHeight(now.px(44))
        self.list = CommandList(_("Keys"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._tapped)
        self.undo = AppButton(_("Undo"), icon="undo-2", name=_("Undo the last change of keys"))
        self.undo.clicked.connect(self.undo_asked)
        self.reset = AppButton(_("Usual keys"), icon="rotate-ccw", name=_("All usual keys"))
        self.reset.clicked.connect(self.reset_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(8))
        column.addWidget(self._hint)
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setSpacing(now.px(8))
        foot.addWidget(self.undo, 1)
        foot.addWidget(self.reset, 1)
        column.addLayout(foot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._invite()

    @property
    def waiting(self) -> Command | None:
        """The command whose new key is awaited."""
        return self._waiting.command if self._waiting else None

    @property
    def sentence(self) -> str:
        """What the sheet says above the list."""
        return self._hint.text()

    def show_rows(self, rows: tuple[CommandRow, ...], *, can_undo: bool, has_own: bool) -> None:
        """Show the keys as they are now."""
        self.list.show_rows(rows)
        self.undo.setEnabled(can_undo)
        self.reset.setEnabled(has_own)

    def say(self, message: Message) -> None:
        """What became of the last key."""
        self._hint.setText(message.text)
        self._hint.set_tone("success" if message.tone is Tone.OK else "warn")

    def event(self, event: QEvent) -> bool:
        """While a key is awaited, no command has it first."""
        if self._waiting is not None and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Enter waits for a key; then any key is the new one, Esc keeps the old."""
        if self._waiting is not None:
            if event.key() not in _MODIFIERS and not event.isAutoRepeat():
                self._take(event)
        elif event.key() in _STEPS:
            self.list.step(_STEPS[Qt.Key(event.key())])
        elif event.key() in _ENTER and not event.isAutoRepeat():
            self._wait_for(self.list.chosen)
        else:
            event.ignore()

    def _take(self, event: QKeyEvent) -> None:
        row, self._waiting = self._waiting, None
        if row is None or event.key() == Qt.Key.Key_Escape:
            self._invite()
            return
        self._invite()
        keypad = Qt.KeyboardModifier.KeypadModifier
        combination = QKeySequence(event.modifiers().value & ~keypad.value | event.key())
        self.pressed.emit(row.command, combination.toString())

    def _tapped(self, index: QModelIndex) -> None:
        self._wait_for(self.list.row_at(index))

    def _wait_for(self, row: CommandRow | None) -> None:
        if row is None:
            return
        self.setFocus()
        if not row.may_change:
            self.say(Message(_("This key is the same at every till."), Tone.WARN))
            return
        self._waiting = row
        text = _("Press the new key for “%(command)s”. Esc keeps %(key)s.")
        self._hint.setText(text % {"command": row.label, "key": row.keys})
        self._hint.set_tone("primary")

    def _invite(self) -> None:
        text = _("To change a key at this till, choose its command and press the new key.")
        self._hint.setText(text)
        self._hint.set_tone("text2")
