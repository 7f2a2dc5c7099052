"""Make one sale on the real screens, with the keyboard and a scanner's bursts of keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import Connection, select

from db.demo.catalogue import gtin13
from db.store.print_queue import PrintJob
from db.store.sales import Sale
from pos_app.bootstrap.desktop import Desktop, desktop
from pos_app.bootstrap.start import USUAL
from pos_app.runtime import theme
from pos_app.screens.checkout.why_rows import RowAction, RowKind
from pos_app.screens.checkout.why_side import WhySide
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.sync import push

_PATIENCE_SECONDS = 30.0
# How many of which demo article: milk, sourdough loaves and two yoghurts have offers, one of the
# yoghurts even two; apples are weighed; lemonade lacks some bottles for its offer.
_SCANS = (("2*", 1), ("0.842*", 7), ("2*", 4), ("3*", 15), ("", 170), ("", 50))


@dataclass(frozen=True, slots=True)
class DemoSale:
    """The finished sale."""

    rid: str
    receipt_number: str
    total_minor: int
    currency: str
    synced: bool


def sell(till: Path, output: Path, *, pin: str) -> DemoSale:
    """Sign on, open the shift, scan, ask why, pay in cash; leaves a picture of each station."""
    with desktop(till) as shop:
        window = shop.window
        theme.apply(shop.app, replace(theme.current(), motion=False))
        window.resize(*USUAL)
        window.show()
        window.start()
        hands = _Hands(shop)
        hands.wait(lambda: shop.tasks.open == 0, "the list of staff")
        hands.keys(pin)
        hands.press(Qt.Key.Key_Return)
        hands.wait(lambda: window.navigation.page is Page.OPEN_SHIFT, "the sign-on")
        hands.keys("15000")
        hands.press(Qt.Key.Key_Return)
        hands.wait(lambda: window.navigation.page is Page.CHECKOUT, "the shift")
        for times, item in _SCANS:
            code = times + gtin13(item)[1:]
            hands.enter(code) if times else hands.scan(code)
        hands.settle()
        _save_checkout(shop, hands, output)
        hands.press(Qt.Key.Key_F12)
        hands.wait(lambda: window.navigation.page is Page.TENDER, "the payment page")
        hands.keys("5000")
        window.grab().save(str(output / "tender.png"))
        hands.press(Qt.Key.Key_Return)
        hands.wait(lambda: window.navigation.page is Page.DONE, "the end of the sale")
        hands.wait(lambda: _printed(shop), "the receipt")
        hands.wait(lambda: window.selling.done.pictured, "the receipt's picture")
        synced = hands.reaches(lambda: _waiting(shop) == 0)
        window.grab().save(str(output / "done.png"))
        rid, number, total, currency = shop.till.tasks.read(_newest_sale).result()
    return DemoSale(rid, number, total, currency, synced)


def _save_checkout(shop: Desktop, hands: _Hands, output: Path) -> None:
    """The basket in dark and light, why it costs what it costs, and why one of its lines does."""
    window = shop.window

    def save(name: str, look: theme.Look = theme.Look.LIGHT) -> None:
        theme.apply(shop.app, replace(theme.current(), look=look))
        hands.settle()
        window.grab().save(str(output / f"{name}.png"))

    save("checkout_dark", theme.Look.DARK)
    save("checkout")
    window.toasts.clear()
    window.run(Command.WHY)
    save("why_this_price")
    window.selling.basket.move(-1)
    window.run(Command.LINE_WHY)
    hands.settle()
    _ask_by_how_much(hands, window.selling.why)
    save("why_this_line", theme.Look.DARK)
    hands.press(Qt.Key.Key_Escape)
    theme.apply(shop.app, replace(theme.current(), look=theme.Look.LIGHT))


def _ask_by_how_much(hands: _Hands, why: WhySide) -> None:
    """Walk to the first offer that was beaten, if there is one, and press Enter on it."""
    rows = why.panel.list.rows if why.panel is not None else ()
    steps = [row for row in rows if row.kind is not RowKind.HEAD]
    for row in steps:
        hands.press(Qt.Key.Key_Down)
        if row.action is RowAction.LOSS:
            hands.press(Qt.Key.Key_Return)
            return


class _Hands:
    """Types on the window as a person does; codes go in as fast as a scanner types them."""

    def __init__(self, shop: Desktop) -> None:
        self._shop = shop
        self._handle = shop.window.windowHandle()

    def keys(self, text: str) -> None:
        """Type slowly enough to be no scanner."""
        for char in text:
            QTest.keyClick(self._handle, char)  # type: ignore[call-overload]
            self._pause(0.06)
        self.settle()

    def enter(self, text: str) -> None:
        """Type on the input line and press Enter."""
        self.keys(text)
        self.press(Qt.Key.Key_Return)

    def scan(self, code: str) -> None:
        """Send a code as a keyboard-wedge scanner does: a burst of keys and Enter."""
        for char in code:
            QTest.keyClick(self._handle, char)  # type: ignore[call-overload]
        self.press(Qt.Key.Key_Return)

    def press(self, key: Qt.Key) -> None:
        """Press one key."""
        QTest.keyClick(self._handle, key)
        self._pause(0.06)
        self.settle()

    def settle(self) -> None:
        """Let every answer arrive."""
        self.wait(lambda: self._shop.tasks.open == 0, "an answer")

    def wait(self, reached: Callable[[], bool], what: str) -> None:
        """Process events until something is so.

        Raises:
            SystemExit: it never was.
        """
        if not self.reaches(reached):
            raise SystemExit(f"The till did not come to {what}.")

    def reaches(self, reached: Callable[[], bool]) -> bool:
        """Process events until something is so, or patience ends."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not reached():
            if time.monotonic() > end:
                return False
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        QApplication.processEvents()
        return True

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def _printed(shop: Desktop) -> bool:
    def states(tx: Connection) -> list[str]:
        return list(tx.execute(select(PrintJob.state)).scalars())

    return shop.till.tasks.read(states).result() == ["done"]


def _waiting(shop: Desktop) -> int:
    return shop.till.tasks.read(push.queue_state).result().entries


def _newest_sale(tx: Connection) -> tuple[str, str, int, str]:
    row = tx.execute(
        select(Sale.rid, Sale.number, Sale.total_minor, Sale.currency).order_by(Sale.rid.desc())
    ).first()
    if row is None:
        raise SystemExit("The till has no sale.")
    return str(row.rid), row.number, row.total_minor, row.currency
