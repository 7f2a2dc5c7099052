"""The log-in page: who, and the PIN."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.runtime.wedge import PIN_PROPERTY
from pos_app.screens.shell.keymap import Command
from pos_app.screens.shell.login_presenter import LoginView
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import Keypad, KeypadMode
from pos_app.screens.widgets.labels import Card, ElideLabel, Label
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.pill import IconMark, SyncPill

_COLUMNS = 3
_LEAST_DOTS = 4


class PersonTile(QAbstractButton):
    """Initials and a name; one of them is chosen."""

    def __init__(self, name: str, initials: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._initials = initials
        self._role = role
        self.setText(name)
        self.setAccessibleName(f"{name}, {role}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """High enough for a finger."""
        now = theme.current()
        return QSize(now.px(180), now.px(72))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint avatar, name and role."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        chosen = self.isChecked()
        fill = now.colour("primarySoft" if chosen else "surface")
        border = now.colour("primary" if chosen else "border")
        radius = now.radius("card")
        width = 2 if chosen else 1
        painting.box(painter, rect, radius, fill=fill, border=border, width=width)
        way = self.layoutDirection()
        side = now.px(40)
        disc = QRectF(rect.left() + now.px(14), rect.center().y() - side / 2, side, side)
        disc = painting.mirrored(disc, rect, way)
        ground = now.colour("primary" if chosen else "primarySoft")
        ink = now.colour("onPrimary" if chosen else "onPrimarySoft")
        painting.box(painter, disc, side / 2, fill=ground)
        font = now.font("strong")
        painting.line(painter, disc, self._initials, font=font, colour=ink, align=CENTRE)
        words = painting.inset(rect, now.px(66), now.px(15), now.px(10), rect.height() / 2 - 1)
        words = painting.mirrored(words, rect, way)
        text = now.colour("text")
        painting.line(painter, words, self.text(), font=now.font("row"), colour=text)
        words = words.translated(0, now.px(20))
        muted = now.colour("text2")
        painting.line(painter, words, self._role, font=now.font("caption"), colour=muted)
        if self.hasFocus():
            painting.focus_ring(painter, rect, radius)


class PinDots(QWidget):
    """As many full dots as digits were typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digits = 0
        self.setFixedHeight(theme.current().px(24))

    def show_digits(self, digits: int) -> None:
        """Show so many digits."""
        self._digits = digits
        self.setAccessibleName(_("%(n)d digits typed") % {"n": digits})
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots in the middle."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        count = max(_LEAST_DOTS, self._digits)
        side, gap = now.px(14), now.px(14)
        left = (self.width() - count * side - (count - 1) * gap) / 2
        for place in range(count):
            rect = QRectF(left + place * (side + gap), (self.height() - side) / 2, side, side)
            full = place < self._digits
            fill = now.colour("primary") if full else None
            border = now.colour("primary" if full else "outline")
            painting.box(painter, rect, side / 2, fill=fill, border=border, width=1.5)


class LoginScreen(QWidget):
    """Layout and keys of the log-in page.

    Signals:
        chosen: place of the person in the list.
        moved: -1 or 1, an arrow key.
        typed: a digit, ``back`` or ``clear``.
        submitted: Enter or the button.
    """

    chosen = Signal(int)
    moved = Signal(int)
    typed = Signal(str)
    submitted = Signal()

    def __init__(self, run: Callable[[Command], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty(PIN_PROPERTY, True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._run = run
        self._tiles: list[PersonTile] = []
        self.sync = SyncPill()
        self.sync.clicked.connect(lambda: run(Command.SYNC))
        self._store = ElideLabel("Tillwright", "row")
        self._people = QGridLayout()
        self._name = Label("", "h1", align=CENTRE)
        self._dots = PinDots()
        self._hint = Label("", "strong", align=CENTRE)
        self._keypad = Keypad(KeypadMode.PIN)
        self._keypad.pressed.connect(self.typed)
        self.enter = AppButton(_("Log in"), ButtonKind.PRIMARY, icon="key-round", hint="↵")
        self.enter.clicked.connect(self.submitted)
        self._build()

    def show_store(self, text: str) -> None:
        """Say where this is."""
        self._store.set_text(text)

    def show_login(self, view: LoginView) -> None:
        """Show people, dots and hint."""
        if [tile.text() for tile in self._tiles] != [m.name for m in view.staff]:
            self._show_people(view)
        for place, tile in enumerate(self._tiles):
            tile.setChecked(place == view.chosen)
        self._name.setText(view.staff[view.chosen].name if view.staff else "")
        self._dots.show_digits(view.digits)
        self._hint.setText(view.hint or _("Type your PIN, then Enter"))
        self._hint.set_tone("danger" if view.alarming else "text2")
        self._keypad.setEnabled(view.open)
        self.enter.setEnabled(view.open and view.digits > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits are the PIN, arrows choose, Enter logs in."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.submitted.emit()
        elif key == Qt.Key.Key_Backspace:
            self.typed.emit("back")
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Escape}:
            self.typed.emit("clear")
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_Down}:
            self.moved.emit(1)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Up}:
            self.moved.emit(-1)
        elif event.text() and event.text() in "0123456789":
            self.typed.emit(event.text())
        else:
            event.ignore()

    def _show_people(self, view: LoginView) -> None:
        for tile in self._tiles:
            self._people.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        roles = {"manager": _("Manager"), "cashier": _("Cashier")}
        self._tiles = [
            PersonTile(m.name, m.initials, roles.get(m.role, m.role)) for m in view.staff
        ]
        for place, tile in enumerate(self._tiles):
            tile.clicked.connect(lambda _on=False, at=place: self.chosen.emit(at))
            self._people.addWidget(tile, place // _COLUMNS, place % _COLUMNS)

    def _build(self) -> None:
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._build_head())
        column.addStretch(1)
        people = QHBoxLayout()
        self._people.setSpacing(now.px(12))
        people.addStretch(1)
        people.addLayout(self._people)
        people.addStretch(1)
        column.addLayout(people)
        column.addSpacing(now.px(16))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._build_card())
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def _build_head(self) -> Card:
        now = theme.current()
        head = Card("strip")
        head.setFixedHeight(now.height("topBar"))
        row = QHBoxLayout(head)
        row.setContentsMargins(now.px(16), 0, now.px(12), 0)
        row.setSpacing(now.px(10))
        row.addWidget(IconMark("store", 26, "primary"))
        row.addWidget(self._store, 1)
        row.addWidget(self.sync)
        look = AppButton("", ButtonKind.ICON, icon="contrast", name=_("Light, dark, high contrast"))
        look.clicked.connect(lambda: self._run(Command.LOOK))
        row.addWidget(look)
        return head

    def _build_card(self) -> Card:
        now = theme.current()
        card = Card()
        card.setFixedWidth(now.px(400))
        inner = QVBoxLayout(card)
        pad = now.px(24)
        inner.setContentsMargins(pad, now.px(20), pad, pad)
        inner.setSpacing(now.px(10))
        inner.addWidget(self._name)
        inner.addWidget(self._dots)
        inner.addWidget(self._hint)
        inner.addSpacing(now.px(4))
        self._keypad.setMaximumHeight(now.px(4 * 62 + 3 * 8))
        inner.addWidget(self._keypad)
        inner.addWidget(self.enter)
        return card
