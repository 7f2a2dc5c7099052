"""The connection to the head office: what waits, since when, and what works without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _, clock_time, money, ngettext
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label, Rule
from pos_app.screens.widgets.painting import RIGHT
from pos_app.screens.widgets.pill import IconMark, SyncPill

if TYPE_CHECKING:
    from datetime import datetime

    from pos_app.sync.status import SyncStatus

WORKS_OFFLINE = (
    N_("Log in and lock"),
    N_("Sell, take cash and cards of a stand-alone terminal"),
    N_("Print receipts and copies"),
    N_("Search and check prices"),
)
_WORDS = {
    "online": N_("Online"),
    "offline": N_("Offline"),
    "down": N_("Head office down"),
    "action": N_("Action needed"),
}


def pill_text(status: SyncStatus, now: datetime) -> str:
    """The words on the pill: ``Online · synced 8 s ago``, ``Offline · 14 sales queued``."""
    if status.state == "syncing":
        done = status.queued_total - status.queued
        return _("Syncing %(done)d of %(all)d") % {"done": done, "all": status.queued_total}
    words = _(_WORDS.get(status.state, _WORDS["action"]))
    if status.state == "online" and status.last_synced_at is not None:
        seconds = max(int((now - status.last_synced_at).total_seconds()), 0)
        return f"{words} · " + _("synced %(ago)s ago") % {"ago": _ago(seconds)}
    if status.queued:
        return f"{words} · " + ngettext("%(n)d queued", "%(n)d queued", status.queued)
    return words


def _ago(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h"


class SyncSheet(QWidget):
    """Facts about the link, the list of what works without it, and a way to try again.

    Signals:
        asked: somebody wants it tried now.
    """

    asked = Signal()

    def __init__(self, currency: str, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._currency = currency
        self._zone = zone
        self._pill = SyncPill()
        self._cause = Label("", "strong")
        self._cause.setWordWrap(True)
        self._facts = {
            name: Label("–", "strong", align=RIGHT)
            for name in ("queued", "value", "oldest", "last")
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        row = QHBoxLayout()
        row.addWidget(self._pill)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._cause)
        column.addWidget(Rule())
        column.addLayout(self._grid())
        column.addWidget(Rule())
        column.addWidget(Label(_("What works without a connection"), "section"))
        for text in WORKS_OFFLINE:
            line = QHBoxLayout()
            line.setSpacing(now.px(10))
            line.addWidget(IconMark("check", 20, "success"), 0, Qt.AlignmentFlag.AlignTop)
            words = Label(_(text), "body")
            words.setWordWrap(True)
            line.addWidget(words, 1)
            column.addLayout(line)
        kept = Label(
            _("Every sale is stored on this till first and sent when the link is back."),
            "meta",
            tone="text2",
        )
        kept.setWordWrap(True)
        column.addWidget(kept)
        column.addStretch(1)
        self._again = AppButton(_("Try now"), ButtonKind.SECONDARY, icon="refresh-cw")
        self._again.clicked.connect(self.asked)
        column.addWidget(self._again)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_status(self, status: SyncStatus, now: datetime) -> None:
        """Show the present state."""
        self._pill.set_state(status.state, pill_text(status, now))
        self._cause.setText(status.cause)
        self._cause.setVisible(bool(status.cause))
        self._again.setVisible(bool(status.cause))
        self._facts["queued"].setText(str(status.queued))
        self._facts["value"].setText(
            money(status.value_minor, self._currency) if self._currency else "–"
        )
        self._facts["oldest"].setText(self._time(status.oldest_at))
        self._facts["last"].setText(self._time(status.last_synced_at))

    def _time(self, at: datetime | None) -> str:
        return "–" if at is None else clock_time(at, self._zone)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(theme.current().px(10))
        names = (
            ("queued", _("Waiting to be sent")),
            ("value", _("Their value")),
            ("oldest", _("Oldest of them")),
            ("last", _("Last exchange")),
        )
        for row, (name, text) in enumerate(names):
            grid.addWidget(Label(text, "body", tone="text2"), row, 0)
            grid.addWidget(self._facts[name], row, 1)
        return grid
