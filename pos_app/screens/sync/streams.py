"""What comes down from head office, stream by stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, clock_time, ngettext
from pos_app.screens.sync.words import stream_words
from pos_app.screens.widgets.labels import Card, ElideLabel, Label
from pos_app.screens.widgets.painting import RIGHT
from pos_app.screens.widgets.pill import Pill

if TYPE_CHECKING:
    from pos_app.sync.standing import Standing


class _StreamRow(QWidget):
    """One stream: what it brings, since when it is in force, and whether all of it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._name = ElideLabel("", "strong")
        self._since = Label("", "meta", tone="text2", align=RIGHT)
        self._pill = Pill("", "plain")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(now.px(10))
        row.addWidget(self._name, 1)
        row.addWidget(self._since)
        row.addWidget(self._pill)

    def show_standing(self, standing: Standing, zone: str) -> None:
        """Show a stream."""
        self._name.set_text(stream_words(standing.name))
        at = standing.active_at
        since = _("since %(time)s") % {"time": clock_time(at, zone)} if at else _("not yet")
        self._since.setText(f"{since} · {standing.active_seq:,}")
        if standing.unreadable:
            text = ngettext("%(n)d row unreadable", "%(n)d rows unreadable", standing.unreadable)
            self._pill.set_content(text, "warn")
        elif standing.staged_seq > standing.active_seq:
            self._pill.set_content(_("More is coming"), "primary")
        else:
            self._pill.set_content(_("Complete"), "success")


class StreamsCard(Card):
    """All streams of this till; empty until the first ones have come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        now = theme.current()
        self._rows: list[_StreamRow] = []
        self._column = QVBoxLayout(self)
        pad = now.px(16)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(now.px(8))
        self._column.addWidget(Label(_("From head office"), "section"))
        self._none = Label(_("Nothing has come yet; it comes with the first exchange."), "body")
        self._none.setWordWrap(True)
        self._none.set_tone("text2")
        self._column.addWidget(self._none)

    def show_streams(self, standings: tuple[Standing, ...], zone: str) -> None:
        """Show the streams; a till has a handful of them, so each is a widget of its own."""
        while len(self._rows) < len(standings):
            row = _StreamRow()
            self._rows.append(row)
            self._column.addWidget(row)
        self._none.setVisible(not standings)
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(standings))
            if place < len(standings):
                row.show_standing(standings[place], zone)
