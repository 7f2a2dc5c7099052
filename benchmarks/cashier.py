"""Somebody at work on the till's real window, offscreen."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from pos_app.bootstrap.desktop import Desktop
from pos_app.checkout.open_basket import CheckoutView
from pos_app.runtime.memory import freeze_soon
from pos_app.screens.shell.navigation import Page

_PATIENCE_SECONDS = 20.0


def sign_on(shop: Desktop) -> None:
    """Show the window as a start does, sign on and open the shift."""
    window = shop.window
    window.resize(1366, 768)
    window.show()
    window.start()
    freeze_soon(window)
    settle(shop)
    for digit in "1234":
        window.login_presenter.type_key(digit)
    window.login_presenter.submit()
    until(lambda: window.navigation.page is not Page.LOGIN)
    if window.navigation.page is Page.OPEN_SHIFT:
        for digit in "15000":
            window.open_shift_presenter.type_key(digit)
        window.open_shift_presenter.submit()
    until(lambda: window.navigation.page is Page.CHECKOUT)
    settle(shop)


def scan(shop: Desktop, code: str) -> None:
    """Hand a code to the window until its line is painted."""
    shop.window.hearing.scan(code, "")
    settle(shop)
    repaint(shop)


def view(shop: Desktop) -> CheckoutView:
    """What the checkout shows.

    Raises:
        RuntimeError: nothing yet.
    """
    found = shop.window.selling.basket._view
    if found is None:
        raise RuntimeError("no basket is shown")
    return found


def quiet(shop: Desktop) -> None:
    """Everything is answered and painted."""
    settle(shop)
    repaint(shop)


def repaint(shop: Desktop) -> None:
    """Paint the basket and its totals."""
    checkout = shop.window.selling.checkout
    checkout.basket.viewport().repaint()
    checkout.totals.repaint()


def settle(shop: Desktop) -> None:
    """Wait until nothing that was asked is unanswered."""
    until(lambda: shop.tasks.open == 0)


def until(reached: Callable[[], bool]) -> None:
    """Run the event loop until something is so.

    Raises:
        TimeoutError: it did not come to be so in good time.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError("the till did not answer")
        # Waiting, as the real event loop does: a busy loop would keep the writer from the GIL.
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QApplication.processEvents()
