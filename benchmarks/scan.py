"""From a scan to the painted line against painting a constant line."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from benchmarks import control
from benchmarks.measure import Row, seconds, times
from benchmarks.world import gtin, till_folder
from pos_app.bootstrap.desktop import Desktop, desktop
from pos_app.checkout.open_basket import CheckoutView
from pos_app.screens.shell.navigation import Page

_ROUNDS, _LINES, _PRODUCTS = 240, 30, 100_000
_PATIENCE_SECONDS = 20.0


def measure() -> Row:
    """A code handed to the window until its line is painted, 100,000 articles, 1 to 30 lines.

    The floor paints the same answer again, ready made, and syncs a page once, because the basket
    is saved at every scan. Logic is what remains: threads, lookup, price, saving.
    """
    rng = random.Random(5)
    with desktop(till_folder(_PRODUCTS)) as shop:
        _sign_on(shop)
        sync = os.open(shop.till.paths.folder / "floor", os.O_RDWR | os.O_CREAT)
        total, paint, disk, idle = [], [], [], []
        for number in range(_ROUNDS):
            if number % _LINES == 0:
                shop.window.selling.basket.clear()
                _settle(shop)
            before = _view(shop)
            total.append(seconds(partial(_scan, shop, gtin(rng.randrange(_PRODUCTS)))))
            after = _view(shop)
            shop.window.selling.basket._show(before)
            _quiet(shop)
            paint.append(seconds(partial(_paint_again, shop, before, after)))
            disk.append(seconds(partial(_sync, sync)))
            idle.append(seconds(control.work))
        os.close(sync)
    logic = statistics.median(total) - statistics.median(paint) - statistics.median(disk)
    pace = control.pace(idle)
    return Row(
        name="scan to line painted, logic",
        unit="ms",
        value=round(logic * 1000 / pace, 2),
        goal=2.0,
        ours=times(total),
        floor=times([a + b for a, b in zip(paint, disk, strict=True)]),
        note=f"{_PRODUCTS:,} articles; ours - floor; floor = same answer painted + fdatasync;"
        f" {logic * 1000:.2f} ms here, where the control takes {pace:.2f} times",
    )


def _sign_on(shop: Desktop) -> None:
    window = shop.window
    window.resize(1366, 768)
    window.show()
    window.start()
    _settle(shop)
    for digit in "1234":
        window.login_presenter.type_key(digit)
    window.login_presenter.submit()
    _until(lambda: window.navigation.page is not Page.LOGIN)
    if window.navigation.page is Page.OPEN_SHIFT:
        for digit in "15000":
            window.open_shift_presenter.type_key(digit)
        window.open_shift_presenter.submit()
    _until(lambda: window.navigation.page is Page.CHECKOUT)
    _settle(shop)


def _scan(shop: Desktop, code: str) -> None:
    shop.window.selling.scan(code)
    _settle(shop)
    _repaint(shop)


def _view(shop: Desktop) -> CheckoutView:
    view = shop.window.selling.basket._view
    if view is None:
        raise RuntimeError("no basket is shown")
    return view


def _paint_again(shop: Desktop, before: CheckoutView, after: CheckoutView) -> None:
    """What the presenter does with an answer, without anybody having asked."""
    basket = shop.window.selling.basket
    basket._show(after)
    basket._announce(after, before, removed=False)
    QApplication.processEvents()
    _repaint(shop)


def _quiet(shop: Desktop) -> None:
    _settle(shop)
    _repaint(shop)


def _repaint(shop: Desktop) -> None:
    checkout = shop.window.selling.checkout
    checkout.basket.viewport().repaint()
    checkout.totals.repaint()


def _sync(target: int) -> None:
    os.pwrite(target, bytes(8_192), 0)
    os.fdatasync(target)


def _settle(shop: Desktop) -> None:
    _until(lambda: shop.tasks.open == 0)


def _until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError("the till did not answer")
        # Waiting, as the real event loop does: a busy loop would keep the writer from the GIL.
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QApplication.processEvents()
