"""Which page is shown. A screen never opens another one; it asks here."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class Page(StrEnum):
    """The pages of the till."""

    LOGIN = "login"
    OPEN_SHIFT = "open_shift"
    CHECKOUT = "checkout"
    TENDER = "tender"
    PAYOUT = "payout"
    DONE = "done"
    SYNC = "sync"
    QUICK_KEYS = "quick_keys"


_FOR_ANYBODY = frozenset({Page.LOGIN, Page.SYNC})


class Navigation(QObject):
    """The present page and the wish for another; locked until somebody has signed on.

    Signals:
        changed: the new page, after :meth:`go`.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = Page.LOGIN
        self._locked = True

    @property
    def page(self) -> Page:
        """The page shown."""
        return self._page

    def go(self, page: Page) -> None:
        """Show a page; while it is locked, only one that anybody may see.

        What was asked for before the lock may be answered behind it, such as a card's payment.
        """
        if page is not self._page and (not self._locked or page in _FOR_ANYBODY):
            self._page = page
            self.changed.emit(page)

    def lock(self) -> None:
        """Show the log-in page, and nothing that somebody must sign on for."""
        self._locked = True
        self.go(Page.LOGIN)

    def unlock(self) -> None:
        """Somebody has signed on."""
        self._locked = False
