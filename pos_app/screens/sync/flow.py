"""The connection to head office: its page, and the pill that every page shows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import _
from pos_app.screens.shell.navigation import Navigation, Page
from pos_app.screens.sync.presenter import SyncPresenter
from pos_app.screens.sync.screen import SyncScreen
from pos_app.screens.sync.words import pill_text

if TYPE_CHECKING:
    from pos_app.screens.shell.commands import Command
    from pos_app.screens.shell.ports import ShellPorts
    from pos_app.screens.widgets.pill import SyncPill
    from pos_app.screens.widgets.toast import ToastStack
    from pos_app.sync.status import SyncStatus
    from pos_app.till.service import TillSession


class ShowsLink(Protocol):
    """A page with the pill."""

    sync: SyncPill


class SyncFlow(QObject):
    """Shows the link's state wherever somebody looks, and its page when asked.

    Args:
        run: runs a command by name.
    """

    def __init__(
        self,
        ports: ShellPorts,
        navigation: Navigation,
        run: Callable[[Command], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._ports = ports
        self._navigation = navigation
        self._before = Page.LOGIN
        self._status: SyncStatus | None = None
        self._pages: Sequence[ShowsLink] = ()
        self.screen = SyncScreen(run, saves=ports.save_record is not None)
        self.presenter = SyncPresenter(ports.tasks, ports.desk, ports.save_record, self)

    def attach(self, toasts: ToastStack, pages: Sequence[ShowsLink]) -> None:
        """Join with the toasts and with the pages that show the pill."""
        self._pages = (*pages, self.screen)
        screen, presenter = self.screen, self.presenter
        presenter.results_changed.connect(screen.show_results)
        presenter.streams_changed.connect(screen.show_streams)
        presenter.told.connect(toasts.show_message)
        screen.seen.connect(presenter.mark_seen)
        screen.saved.connect(presenter.save)
        screen.which_chosen.connect(presenter.choose)
        if self._ports.sync_now is not None:
            screen.asked.connect(self._ports.sync_now)

    def show_status(self, status: SyncStatus | None) -> None:
        """Another state of the link; None while none is known."""
        self._status = status
        self.refresh()
        if self._navigation.page is Page.SYNC:
            self.presenter.refresh()

    def refresh(self) -> None:
        """Write the state out anew: its age grows."""
        status = self._status
        if status is None:
            return
        now = self._ports.desk.now()
        training = self._ports.training
        text = _("Training: nothing is sent") if training else pill_text(status, now)
        state = "offline" if training else status.state
        for page in self._pages:
            page.sync.set_state(state, text)
        if self._navigation.page is Page.SYNC:
            self.screen.show_status(status, now)

    def open(self, session: TillSession | None) -> None:
        """Show the page to whoever is signed on, if anybody is."""
        self._before = self._navigation.page
        store = session.store if session else None
        self.screen.show_place(store.currency if store else "", store.zone if store else "")
        self.presenter.start(session)
        self._navigation.go(Page.SYNC)
        self.refresh()

    def leave(self) -> None:
        """Back to where it was opened."""
        self._navigation.go(self._before)
