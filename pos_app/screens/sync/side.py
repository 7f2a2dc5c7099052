"""The left of the page: where the sales are, what waits, what works without a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _, clock_time, money
from pos_app.screens.sync import words
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, Label, Rule
from pos_app.screens.widgets.painting import RIGHT
from pos_app.screens.widgets.pill import IconMark
from pos_app.screens.widgets.progress import ProgressBar

if TYPE_CHECKING:
    from datetime import datetime

    from pos_app.sync.status import SyncStatus

WORKS_OFFLINE = (
    N_("Log in, lock, change hands"),
    N_("Sell for cash and on a stand-alone card terminal"),
    N_("Print receipts and copies"),
    N_("Search and check prices"),
)
_MARKS = {
    "online": ("circle-check", "success"),
    "syncing": ("refresh-cw", "primary"),
    "action": ("circle-alert", "danger"),
}
_AWAY = ("cloud-off", "warn")


class LinkCard(Card):
    """The state of the link in words, figures and a bar.

    Signals:
        asked: somebody wants it tried now.
    """

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        now = theme.current()
        self._mark = IconMark(*_sized(_AWAY))
        self.title = Label("", "section")
        self.detail = Label("", "body", tone="text2")
        self.bar = ProgressBar()
        self.counts = Label("", "metaStrong", tone="text2")
        self.facts = {name: Label("–", "strong", align=RIGHT) for name in _FACTS}
        self.again = AppButton(_("Try now"), ButtonKind.SECONDARY, icon="refresh-cw", hint="R")
        self.again.clicked.connect(self.asked)
        for text in (self.title, self.detail):
            text.setWordWrap(True)
        column = QVBoxLayout(self)
        pad = now.px(16)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(now.px(8))
        head = QHBoxLayout()
        head.setSpacing(now.px(10))
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        column.addLayout(head)
        column.addWidget(self.detail)
        column.addWidget(self.bar)
        column.addWidget(self.counts)
        column.addWidget(Rule())
        column.addLayout(self._grid())
        column.addWidget(self.again)

    def show_status(self, status: SyncStatus, now: datetime, *, currency: str, zone: str) -> None:
        """Show the present state; without a currency nobody is signed on, and no value is told."""
        self._mark.set_icon(*_MARKS.get(status.state, _AWAY))
        title, detail = words.headline(status)
        self.title.setText(title)
        self.detail.setText(detail)
        self._show_progress(status)
        value = money(status.value_minor, currency) if currency else "–"
        last = status.last_synced_at
        texts = {
            "queued": words.queued_words(status.queued),
            "value": value,
            "oldest": words.age(status.oldest_at, now),
            "last": "–" if last is None else clock_time(last, zone),
        }
        for name, text in texts.items():
            self.facts[name].setText(text)

    def _show_progress(self, status: SyncStatus) -> None:
        if words.is_loading(status):
            done, total = status.progress_done, status.progress_total
            text = _("%(done)s of %(all)s changes of the catalogue have come")
        elif words.is_indexing(status):
            done, total = status.indexing_done, status.indexing_total
            text = _("%(done)s of %(all)s articles are known to the search")
        elif status.state == "syncing":
            done, total = words.progress(status)
            text = _("%(done)s of %(all)s entries are sent")
        else:
            done, total, text = 0, 0, ""
        said = text % {"done": f"{done:,}", "all": f"{total:,}"} if text else ""
        self.bar.show_progress(done, total, said)
        self.counts.setText(said)
        self.counts.setVisible(bool(said))

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(theme.current().px(8))
        for row, (name, text) in enumerate(_FACTS.items()):
            grid.addWidget(Label(_(text), "body", tone="text2"), row, 0)
            grid.addWidget(self.facts[name], row, 1)
        return grid


_FACTS = {
    "queued": N_("Waiting to be sent"),
    "value": N_("Value at risk"),
    "oldest": N_("Oldest of them"),
    "last": N_("Last exchange"),
}


def _sized(mark: tuple[str, str]) -> tuple[str, int, str]:
    return mark[0], 24, mark[1]


class WorksCard(Card):
    """What works without a connection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        now = theme.current()
        column = QVBoxLayout(self)
        pad = now.px(16)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(now.px(8))
        column.addWidget(Label(_("Works without a connection"), "section"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(now.px(16))
        grid.setVerticalSpacing(now.px(6))
        for place, text in enumerate(WORKS_OFFLINE):
            line = QHBoxLayout()
            line.setSpacing(now.px(10))
            line.addWidget(IconMark("check", 18, "success"), 0, Qt.AlignmentFlag.AlignTop)
            said = Label(_(text), "body")
            said.setWordWrap(True)
            line.addWidget(said, 1)
            grid.addLayout(line, place // 2, place % 2)
        for half in (0, 1):
            grid.setColumnStretch(half, 1)
        column.addLayout(grid)
