"""A large shop's checkout as the cashier feels it: scan, search, payment, next sale, no stalls."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

from benchmarks import control
from benchmarks.cashier import quiet, scan, settle, sign_on, until, view
from benchmarks.measure import Row, seconds, times
from benchmarks.replay import CUSTOMERS, FURTHER_CODES, PRODUCTS, replay
from benchmarks.world import gtin, till_folder
from pos_app.bootstrap.desktop import Desktop, desktop
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page

_SCANS, _LINES = 240, 30
_WORDS = ("article 19", "article 1234", "arti 77", "article 150000")
_SALES, _REPLAY_SECONDS = 40, 60.0
_STEADY_SCANS, _STEADY_SECONDS, _STEADY_ARTICLES = 600, 0.1, 40
_SHOP = f"{PRODUCTS:,} articles, {PRODUCTS + FURTHER_CODES:,} codes, {CUSTOMERS:,} customers"


def measure() -> list[Row]:
    """All rows, on one till that is open all the while."""
    folder = till_folder(PRODUCTS, further_codes=FURTHER_CODES, customers=CUSTOMERS)
    with desktop(folder) as shop:
        sign_on(shop)
        return [
            _scans(shop),
            _searches(shop),
            *_payments(shop),
            _steady(shop),
            _stalls(shop),
        ]


def _row(name: str, goal_ms: float, taken: list[float], idle: list[float], note: str) -> Row:
    """The 95th percentile at the pace of the machine that goals were set for."""
    pace = control.pace(idle)
    told = times(taken)
    return Row(
        name=name,
        unit="ms",
        value=round(told.p95 / 1000 / pace, 1),
        goal=goal_ms,
        ours=told,
        floor=times(idle),
        note=f"{note}; {told.p95 / 1000:.1f} ms here, where the control takes {pace:.2f} times",
    )


def _timed(act: Callable[[], object], taken: list[float], idle: list[float]) -> None:
    taken.append(seconds(act))
    idle.append(seconds(control.work))


def _scans(shop: Desktop) -> Row:
    rng = random.Random(11)
    taken: list[float] = []
    idle: list[float] = []
    for number in range(_SCANS):
        if number % _LINES == 0:
            shop.window.selling.basket.clear()
            settle(shop)
        _timed(partial(scan, shop, gtin(rng.randrange(PRODUCTS))), taken, idle)
    return _row("scan to painted line, p95", 50, taken, idle, _SHOP)


def _searches(shop: Desktop) -> Row:
    """One keystroke after the other until its results are painted; the pause for typing apart."""
    catalogue, line = shop.window.selling.catalogue, shop.window.selling.checkout.line
    taken: list[float] = []
    idle: list[float] = []
    for words in _WORDS * 3:
        for end in range(2, len(words) + 1):
            line.setText(words[:end])
            line.textEdited.emit(words[:end])
            catalogue._debounce.stop()
            _timed(partial(_found, shop), taken, idle)
        line.clear()
        shop.window.selling.checkout.search.hide()
    quiet(shop)
    return _row("search keystroke, p95", 30, taken, idle, _SHOP)


def _found(shop: Desktop) -> None:
    shop.window.selling.catalogue._search()
    settle(shop)
    shop.window.selling.checkout.search.repaint()


def _payments(shop: Desktop) -> list[Row]:
    rng = random.Random(12)
    pages: list[float] = []
    sales: list[float] = []
    idle: list[float] = []
    for _ in range(_SALES):
        for _ in range(5):
            scan(shop, gtin(rng.randrange(PRODUCTS)))
        _timed(partial(_to_page, shop, Command.TENDER, Page.TENDER), pages, idle)
        shop.window.run(Command.BACK)
        quiet(shop)
        _timed(partial(_to_page, shop, Command.CASH, Page.DONE), sales, idle)
        shop.window.run(Command.BACK)
        quiet(shop)
    return [
        _row("payment page, p95", 50, pages, idle, "5 lines"),
        _row("sale stored, to the page after it, p95", 150, sales, idle, "5 lines, cash"),
    ]


def _to_page(shop: Desktop, command: Command, page: Page) -> None:
    shop.window.run(command)
    until(lambda: shop.window.navigation.page is page)
    shop.window.repaint()


def _steady(shop: Desktop) -> Row:
    """Ten scans a second for a minute, whatever the till is doing; what is not there in order."""
    rng = random.Random(14)
    order = [rng.randrange(_STEADY_ARTICLES) for _ in range(_STEADY_SCANS)]
    taken: list[float] = []
    began = time.monotonic()
    for turn, number in enumerate(order):
        until(partial(_past, began + turn * _STEADY_SECONDS))
        taken.append(seconds(partial(scan, shop, gtin(number))))
    wanted = [(gtin(number), order.count(number)) for number in dict.fromkeys(order)]
    found = [(one.line.code, one.line.quantity // 1000) for one in view(shop).priced.lines]
    wrong = sum(abs(dict(found).get(code, 0) - count) for code, count in wanted)
    wrong += sum(one != other for (one, _), (other, _) in zip(found, wanted, strict=False))
    shop.window.selling.basket.clear()
    quiet(shop)
    return Row(
        name="ten scans a second for a minute: units lost or out of order",
        unit="units",
        value=wrong,
        goal=0,
        ours=times(taken),
        floor=times([0.0]),
        note=f"{len(order)} scans, {sum(count for _, count in found)} units in the basket",
    )


def _past(moment: float) -> bool:
    return time.monotonic() >= moment


def _stalls(shop: Desktop) -> Row:
    """A minute of scans and sales beside a bare window; what both suffer is the machine's."""
    met = replay(shop, _REPLAY_SECONDS, seed=13)
    return Row(
        name="stalls above 100 ms in a minute of selling",
        unit="stalls",
        value=len(met.stalls),
        goal=0,
        ours=times(list(met.stalls) or [met.longest_here]),
        floor=times([0.0]),
        note=f"{met.scans} scans; longest {met.longest * 1000:.0f} ms where the bare window had "
        f"none; {met.longest_here * 1000:.0f} ms here, where the control takes {met.pace:.2f} "
        f"times; the bare window stood still in {met.bare} seconds",
    )
