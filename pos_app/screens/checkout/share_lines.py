"""Split by article: each line is given to one of several people."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, money
from pos_app.screens.checkout.split_model import MOST_PEOPLE, ToSplit, shares_by_line, summary
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label

_ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_PERSON = Qt.ItemDataRole.UserRole
_WORDS = Qt.ItemDataRole.UserRole + 1
_ROW = 48


class _LineDelegate(QStyledItemDelegate):
    """Who takes it, quantity and name, and what it costs."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """High enough to touch."""
        return QSize(0, theme.current().px(_ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one line; the one that the keys are on has the ground of a choice."""
        now = theme.current()
        painter.save()
        painting.smooth(painter)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            fill = now.colour("primarySoft")
            painting.box(painter, QRectF(option.rect), now.radius("input"), fill=fill)
        ink = now.colour("onPrimarySoft" if chosen else "text")
        rect = painting.inset(option.rect, now.px(10), 0, now.px(10), 0)
        name, amount = index.data(_WORDS)
        strong = now.font("strong", tabular=True)
        painting.line(painter, rect, str(index.data(_PERSON)), font=now.font("h2"), colour=ink)
        room = painting.width_of(amount, strong) + now.px(10)
        words = painting.inset(rect, now.px(34), 0, room, 0)
        painting.line(painter, words, name, font=now.font("body"), colour=ink)
        painting.line(painter, rect, amount, font=strong, colour=ink, align=painting.RIGHT)
        painter.restore()


class ShareLines(QWidget):
    """A person is chosen, then the lines are tapped; a digit gives the line and goes on.

    Signals:
        chosen: the shares in minor units, in the order of the people.
    """

    chosen = Signal(object)

    def __init__(self, what: ToSplit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._what = what
        self._people = [1] * len(what.lines)
        self._person = 2
        self._keys = [self._key(n) for n in range(1, MOST_PEOPLE + 1)]
        keys = QGridLayout()
        keys.setSpacing(now.px(6))
        for place, key in enumerate(self._keys):
            keys.addWidget(key, place // 5, place % 5)
        self.list = QListWidget()
        self.list.setItemDelegate(_LineDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(_("Articles"))
        self.list.itemClicked.connect(lambda item: self._give(self.list.row(item)))
        self._sum = Label("", "body", tone="text2")
        self._sum.setWordWrap(True)
        self._hint = Label(_("Choose a person and tap the articles, or type the number."), "meta")
        self._hint.setWordWrap(True)
        done = AppButton(_("Pay in turn"), ButtonKind.PRIMARY, icon="check", hint="↵")
        done.clicked.connect(self._finish)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(8))
        column.addLayout(keys)
        column.addWidget(self._hint)
        column.addWidget(self.list, 1)
        column.addWidget(self._sum)
        column.addWidget(done)
        self._fill()
        self._choose(self._person)

    @property
    def says(self) -> str:
        """What is shown of the shares."""
        return self._sum.text()

    @property
    def hint(self) -> str:
        """What is to be done, or why it cannot be done so."""
        return self._hint.text()

    def take_key(self, event: QKeyEvent) -> bool:
        """Up and down move, a digit gives the line to that person, Enter proposes the shares."""
        digit = event.text()
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in _ENTER_KEYS:
            if not event.isAutoRepeat():
                self._finish()
        elif digit.isascii() and digit.isdecimal() and digit != "0":
            self._choose(int(digit))
            self._give(self.list.currentRow())
            self._move(1)
        else:
            return False
        return True

    def _key(self, person: int) -> AppButton:
        name = _("Person %(n)d") % {"n": person}
        key = AppButton(str(person), ButtonKind.SECONDARY, name=name)
        key.setCheckable(True)
        key.clicked.connect(lambda _on=False, n=person: self._choose(n))
        return key

    def _choose(self, person: int) -> None:
        self._person = person
        for number, key in enumerate(self._keys, 1):
            key.setChecked(number == person)
            key.update()

    def _give(self, row: int) -> None:
        if 0 <= row < len(self._people):
            self._people[row] = self._person
            self._show(row)

    def _move(self, step: int) -> None:
        row = self.list.currentRow() + step
        self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))

    def _finish(self) -> None:
        shares = self._shares()
        if len(shares) < 2:
            self._hint.setText(_("All of it is one person's; give somebody else an article."))
            self._hint.set_tone("warn")
            return
        self.chosen.emit(tuple(minor for _n, minor in shares))

    def _shares(self) -> tuple[tuple[int, int], ...]:
        return shares_by_line(self._what, self._people)

    def _fill(self) -> None:
        for line in self._what.lines:
            item = QListWidgetItem()
            words = (f"{line.quantity}  {line.name}", money(line.minor, self._what.currency))
            item.setData(_WORDS, words)
            self.list.addItem(item)
        for row in range(len(self._people)):
            self._show(row)
        self.list.setCurrentRow(0)

    def _show(self, row: int) -> None:
        item, person = self.list.item(row), self._people[row]
        item.setData(_PERSON, person)
        name, amount = item.data(_WORDS)
        spoken = _("Person %(n)d") % {"n": person}
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{spoken}, {name}, {amount}")
        self._sum.setText(summary(self._what, self._shares()))
