"""From a scan to the painted line against painting a constant line."""

from __future__ import annotations

import os
import random
import statistics
from functools import partial

from PySide6.QtWidgets import QApplication

from benchmarks import control
from benchmarks.cashier import quiet, repaint, scan, settle, sign_on, view
from benchmarks.measure import Row, seconds, times
from benchmarks.world import gtin, till_folder
from pos_app.bootstrap.desktop import Desktop, desktop
from pos_app.checkout.open_basket import CheckoutView

_ROUNDS, _LINES, _PRODUCTS = 240, 30, 100_000


def measure() -> Row:
    """A code handed to the window until its line is painted, 100,000 articles, 1 to 30 lines.

    The floor paints the same answer again, ready made, and syncs a page once, because the basket
    is saved at every scan. Logic is what remains: threads, lookup, price, saving.
    """
    rng = random.Random(5)
    with desktop(till_folder(_PRODUCTS)) as shop:
        sign_on(shop)
        sync = os.open(shop.till.paths.folder / "floor", os.O_RDWR | os.O_CREAT)
        total, paint, disk, idle = [], [], [], []
        for number in range(_ROUNDS):
            if number % _LINES == 0:
                shop.window.selling.basket.clear()
                settle(shop)
            before = view(shop)
            total.append(seconds(partial(scan, shop, gtin(rng.randrange(_PRODUCTS)))))
            after = view(shop)
            shop.window.selling.basket._show(before)
            quiet(shop)
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


def _paint_again(shop: Desktop, before: CheckoutView, after: CheckoutView) -> None:
    """What the presenter does with an answer, without anybody having asked."""
    basket = shop.window.selling.basket
    basket._show(after)
    basket._announce(after, before, removed=False)
    QApplication.processEvents()
    repaint(shop)


def _sync(target: int) -> None:
    os.pwrite(target, bytes(8_192), 0)
    os.fdatasync(target)
