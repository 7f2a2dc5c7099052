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


class Navigation(QObject):
    """The present page and the wish for another.

    Signals:
        changed: the new page, after :meth:`go`.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = Page.LOGIN

    @property
    def page(self) -> Page:
        """The page shown."""
        return self._page

    def go(self, page: Page) -> None:
        """Show a page."""
        if page is not self._page:
            self._page = page
            self.changed.emit(page)
