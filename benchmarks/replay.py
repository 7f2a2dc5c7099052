"""A cashier who scans and sells without a pause on a large shop's till, beside a bare window.

``python -m benchmarks.replay SECONDS SEED`` prints what was met as one JSON object.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
from PySide6.QtWidgets import QApplication

from benchmarks import control
from benchmarks.cashier import settle, sign_on, until
from benchmarks.heartbeat import STALL_SECONDS, Heartbeat
from benchmarks.measure import seconds
from benchmarks.world import gtin, till_folder
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page

if TYPE_CHECKING:
    from pos_app.bootstrap.desktop import Desktop

PRODUCTS, FURTHER_CODES, CUSTOMERS = 200_000, 300_000, 100_000
_PACES = 240


class Replayed(msgspec.Struct, frozen=True):
    """What was met; times in seconds.

    Attributes:
        stalls: of the till above a tenth of a second at the control's pace, but those of seconds
            in which the bare window stood still as well: they are the machine's.
        longest: the longest that counts, at the control's pace; ``longest_here`` as it was.
        pace: how many times the control takes here of what it takes elsewhere.
        bare: seconds in which the bare window stood still.
    """

    scans: int
    sales: int
    stalls: tuple[float, ...]
    longest: float
    longest_here: float
    pace: float
    bare: int


def replay(shop: Desktop, for_seconds: float, seed: int) -> Replayed:
    """Sell for so long."""
    rng = random.Random(seed)
    words = [sys.executable, "-m", "benchmarks.heartbeat", str(for_seconds)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as bare:
        heartbeat = Heartbeat(shop.window)
        scans, sales = _sell(shop, time.monotonic() + for_seconds, rng)
        told = bare.communicate()[0].split("\n")
    still = {int(float(line.split()[0])) for line in told if line}
    pace = control.pace([seconds(control.work) for _ in range(_PACES)])
    own = [gap / pace for at, gap in heartbeat.stalls if not _near(int(at), still)]
    stalls = tuple(gap for gap in own if gap > STALL_SECONDS)
    longest = max(stalls, default=heartbeat.longest / pace)
    return Replayed(scans, sales, stalls, longest, heartbeat.longest, pace, len(still))


def _sell(shop: Desktop, end: float, rng: random.Random) -> tuple[int, int]:
    scans = sales = 0
    while time.monotonic() < end:
        for _ in range(rng.randrange(2, 12)):
            shop.window.hearing.scan(gtin(rng.randrange(PRODUCTS)), "")
            _work_on(rng.uniform(0.05, 0.4))
            scans += 1
        settle(shop)
        shop.window.run(Command.CASH)
        until(_at(shop, Page.DONE))
        shop.window.run(Command.BACK)
        sales += 1
    return scans, sales


def _at(shop: Desktop, page: Page) -> Callable[[], bool]:
    return lambda: shop.window.navigation.page is page


def _near(second: int, others: set[int]) -> bool:
    return bool(others & {second - 1, second, second + 1})


def _work_on(for_seconds: float) -> None:
    end = time.monotonic() + for_seconds
    while time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.002)


def main() -> None:
    """Replay on a till of its own."""
    from pos_app.bootstrap.desktop import desktop

    folder = till_folder(PRODUCTS, further_codes=FURTHER_CODES, customers=CUSTOMERS)
    with desktop(folder) as shop:
        sign_on(shop)
        found = replay(shop, float(sys.argv[1]), int(sys.argv[2]))
    print(msgspec.json.encode(found).decode())


if __name__ == "__main__":
    main()
