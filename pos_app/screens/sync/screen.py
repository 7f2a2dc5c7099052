"""The page of the connection: the link, the streams, and what became of records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.sync.results_list import ResultsList
from pos_app.screens.sync.results_model import ListState, ResultRow, ResultsView, Which
from pos_app.screens.sync.side import LinkCard, WorksCard
from pos_app.screens.sync.streams import StreamsCard
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, ElideLabel
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.page_head import PageHead
from pos_app.screens.widgets.pill import SyncPill
from pos_app.screens.widgets.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from pos_app.sync.standing import Standing
    from pos_app.sync.status import SyncStatus

_SIDE = 400


class SyncScreen(QWidget):
    """Layout and keys of the page.

    Signals:
        asked: try the link now.
        seen: the record that somebody has read.
        saved: the record to be saved as a file.
        which_chosen: a :class:`Which`.
    """

    asked = Signal()
    seen = Signal(object)
    saved = Signal(object)
    which_chosen = Signal(object)

    def __init__(
        self,
        run: Callable[[Command], object],
        *,
        saves: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._run = run
        self._saves = saves
        self._currency = ""
        self._zone = "UTC"
        self._state = ListState.NO_RIGHTS
        self.sync = SyncPill()
        self.sync.clicked.connect(lambda: run(Command.SYNC))
        self.link = LinkCard()
        self.link.asked.connect(self.asked)
        self.streams = StreamsCard()
        self.list = ResultsList()
        self.list.chosen.connect(self._chosen)
        self.empty = EmptyState("circle-check", "", "")
        self.filter = Segments({Which.UNREAD: _("Unread"), Which.ALL: _("All")})
        self.filter.choose(Which.UNREAD)
        self.filter.chosen.connect(lambda key: self.which_chosen.emit(Which(key)))
        self.read = AppButton(_("Mark as read"), ButtonKind.PRIMARY, icon="check", hint="↵")
        self.read.clicked.connect(lambda: self._on_current(self.seen.emit))
        self.keep = AppButton(_("Save as file"), ButtonKind.SECONDARY, icon="download", hint="S")
        self.keep.clicked.connect(lambda: self._on_current(self.saved.emit))
        self._build()
        self.show_results(ResultsView(ListState.NO_RIGHTS))

    def show_place(self, currency: str, zone: str) -> None:
        """Say whose money and whose clock it is; an empty currency when nobody is signed on."""
        self._currency, self._zone = currency, zone or "UTC"
        self.filter.choose(Which.UNREAD)

    def show_status(self, status: SyncStatus, now: datetime) -> None:
        """Show the state of the link."""
        self.link.show_status(status, now, currency=self._currency, zone=self._zone)

    def show_streams(self, standings: tuple[Standing, ...]) -> None:
        """Show how far the streams are."""
        self.streams.show_streams(standings, self._zone)

    def show_results(self, view: ResultsView) -> None:
        """Show the list in whatever state it is."""
        self._state = view.state
        filled = view.state is ListState.FILLED
        self.list.show_rows(view.rows if filled else ())
        if not filled:
            icon, title, detail = _NOTHING[view.state]
            self.empty.set_content(icon, _(title), view.sentence or (_(detail) if detail else ""))
        self._stack.setCurrentWidget(self.list if filled else self.empty)
        label = _("Unread (%(n)d)") % {"n": view.unread} if view.unread else _("Unread")
        self.filter.set_label(Which.UNREAD, label)
        allowed = view.state is not ListState.NO_RIGHTS
        for widget in (self.filter, self.read):
            widget.setVisible(allowed)
        self.keep.setVisible(allowed and self._saves)
        self._chosen(self.list.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Enter marks, S saves, R tries again."""
        key = event.key()
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.list.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.read.click()
        elif key == Qt.Key.Key_S and self._saves and not event.isAutoRepeat():
            self.keep.click()
        elif key == Qt.Key.Key_R and not event.isAutoRepeat():
            self.asked.emit()
        else:
            event.ignore()

    def _on_current(self, act: Callable[[UUID], object]) -> None:
        row = self.list.current
        if row is not None:
            act(row.rid)

    def _chosen(self, row: ResultRow | None) -> None:
        self.read.setEnabled(row is not None and not row.seen)
        self.keep.setEnabled(row is not None and row.own)

    def _build(self) -> None:
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_head())
        body = QHBoxLayout()
        pad = now.px(16)
        body.setContentsMargins(pad, pad, pad, pad)
        body.setSpacing(0)
        body.addWidget(self._build_side())
        main = QVBoxLayout()
        main.setSpacing(now.px(12))
        main.addWidget(self._build_records(), 1)
        main.addWidget(WorksCard())
        body.addLayout(main, 1)
        column.addLayout(body, 1)

    def _build_side(self) -> QScrollArea:
        """It scrolls where a small panel or a large type leaves no room."""
        now = theme.current()
        inner = QWidget()
        side = QVBoxLayout(inner)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(now.px(12))
        for card in (self.link, self.streams):
            card.setFixedWidth(now.px(_SIDE))
            side.addWidget(card)
        side.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(now.px(_SIDE) + now.px(12))
        return area

    def _build_head(self) -> PageHead:
        return PageHead(
            _("Connection to head office"),
            self.sync,
            back=_("Back"),
            hint=keys_of(Command.BACK),
            leave=lambda: self._run(Command.BACK),
        )

    def _build_records(self) -> Card:
        now = theme.current()
        card = Card()
        column = QVBoxLayout(card)
        column.setContentsMargins(1, now.px(12), 1, now.px(12))
        column.setSpacing(now.px(12))
        head = QHBoxLayout()
        head.setContentsMargins(now.px(16), 0, now.px(16), 0)
        head.addWidget(ElideLabel(_("What head office says about records"), "section"), 1)
        self.filter.setFixedWidth(now.px(260))
        head.addWidget(self.filter)
        column.addLayout(head)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        column.addWidget(holder, 1)
        acts = QHBoxLayout()
        acts.setContentsMargins(now.px(16), 0, now.px(16), 0)
        acts.setSpacing(now.px(8))
        acts.addStretch(1)
        acts.addWidget(self.keep)
        acts.addWidget(self.read)
        column.addLayout(acts)
        return card


_NOTHING = {
    ListState.LOADING: ("clock", N_("Reading …"), ""),
    ListState.EMPTY: (
        "circle-check",
        N_("Nothing to see to"),
        N_("Records that head office could not book, or booked with a question, are listed here."),
    ),
    ListState.ERROR: ("circle-alert", N_("The list could not be read"), ""),
    ListState.NO_RIGHTS: (
        "lock",
        N_("For store managers"),
        N_("Log in as a store manager to read what became of records at head office."),
    ),
}
