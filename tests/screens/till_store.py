"""A real till store on disk with a small assortment, its threads and its window."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, insert, text

import resources
from db import migrate
from db.demo.assortment import ASSORTMENTS, FAVOURITES
from db.engine import open_store
from db.store.catalog import Barcode, Category, Price, Product, TaxRate
from db.store.tills import Device, StaffMember, Store
from db.transaction import begin
from hardware.events import HardwareEvent
from hardware.fake.card_terminal import FakeCardTerminal
from hardware.ports import Scale
from hardware.printer.fonts import FontSet
from hardware.printer.preview import preview_png
from hardware.printer.profile import profile_named
from hardware.printer.render import render
from pos_app.journal.desk import Desk, real_desk
from pos_app.journal.numbers import open_journal
from pos_app.payments import service as payments
from pos_app.payments.counter import CardCounter
from pos_app.printing.pdf import invoice_pdf, receipt_pdf
from pos_app.printing.queue import newest_document
from pos_app.runtime import i18n
from pos_app.runtime.bridge import Bridge
from pos_app.runtime.memory import collected_here
from pos_app.runtime.sounds import Sound
from pos_app.runtime.tasks import Lane, LaneAccess, Tasks
from pos_app.screens.checkout.basket_model import BasketModel
from pos_app.screens.records import BasketRow
from pos_app.screens.shell.main_window import MainWindow, ShellPorts
from pos_app.screens.shell.navigation import Page
from pos_app.screens.task_runner import UiTasks
from pos_app.sync.exports import save_file, save_record
from retail.barcode.gtin import check_digit
from retail.contract.promotions import PromotionRow
from retail.folding import fold
from retail.weighing import Tare
from tests.support.offers import in_force
from tests.support.till import receive

MARIA = UUID("0199a000-0000-7000-8000-000000000001")
PIN = "1234"
MILK, WINE, APPLES = "F0", "F15", "F6"
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def gtin(number: int) -> str:
    """A GTIN-13 of the example prefix."""
    body = f"952000{number:06d}"
    return body + str(check_digit(body))


class Heard:
    """Keeps what was handed to the backend."""

    def __init__(self) -> None:
        self.sounds: list[Sound] = []

    def play(self, sound: Sound) -> None:
        self.sounds.append(sound)


@dataclass
class Till:
    """A till in a folder; ``window`` is shown by whoever needs it.

    ``asked`` holds what somebody wanted of the sync.
    """

    path: Path
    desk: Desk
    tasks: Tasks
    ui: UiTasks
    window: MainWindow
    asked: list[str]
    heard: list[Sound]
    terminal: FakeCardTerminal | None = None

    def count(self, table: str) -> int:
        """Rows of a table, read through a connection of its own."""
        with begin(open_store(self.path, read_only=True)) as tx:
            return int(tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608

    def value(self, query: str) -> object:
        """The first value of a query."""
        with begin(open_store(self.path, read_only=True)) as tx:
            return tx.execute(text(query)).scalar_one()


def make_store(path: Path, desk: Desk, offers: Sequence[PromotionRow] = ()) -> None:
    """A till's store in a new file: a copy of one that is migrated and filled once."""
    path.write_bytes(_filled())
    if offers:
        with begin(open_store(path)) as tx:
            receive(tx, "promotions", in_force(offers), desk.now())


@cache
def _filled() -> bytes:
    with TemporaryDirectory() as folder:
        path, whole = Path(folder) / "till.sqlite", Path(folder) / "whole.sqlite"
        with begin(open_store(path)) as tx:
            migrate.upgrade(tx, "store")
            _place(tx, real_desk())
            _catalogue(tx)
        with closing(sqlite3.connect(path)) as store:
            store.execute("VACUUM INTO ?", (str(whole),))
        return whole.read_bytes()


def _place(tx: Connection, desk: Desk) -> None:
    now = datetime.now(UTC)
    tx.execute(
        insert(Store).values(
            store_id="NL01", name="Harbour Street", street="Harbour Street 1", city="Utrecht",
            vat_id="NL000000000B01", phone="+31 30 0000000", currency="EUR",
            zone="Europe/Amsterdam", cut_over_minutes=240, cash_increment=5, tax_zone="NL",
            price_zone="NL", tax_included=True, tax_rounding="per_rate", language="en",
        )
    )  # fmt: skip
    tx.execute(
        insert(Device).values(
            id=1, installation=desk.new_id(), store_id="NL01", till=2, server="",
            hq_id=desk.new_id(),
            incarnation=1, secret=b"s", ticket="", nonce="", enrolled_at=now,
        )
    )  # fmt: skip
    people = (
        ("Maria K.", "MK", "cashier"),
        ("Jonas B.", "JB", "cashier"),
        ("Ahmed S.", "AS", "manager"),
    )
    for number, (name, initials, role) in enumerate(people):
        tx.execute(
            insert(StaffMember).values(
                staff_id=UUID(int=MARIA.int + number), name=name, initials=initials, role=role,
                pin_hash=_QUICK.hash(PIN), active=True,
            )
        )  # fmt: skip
    open_journal(tx, desk.new_id(), now)


def _catalogue(tx: Connection) -> None:
    for rank, kind in enumerate(ASSORTMENTS, 1):
        tx.execute(
            insert(Category).values(
                category=kind.category, name=kind.name, icon=kind.icon, tint=kind.tint, rank=rank
            )
        )
    ages = {kind.category: kind.min_age for kind in ASSORTMENTS}
    rates = {kind.category: kind.tax for kind in ASSORTMENTS}
    for code, ppm in (("R", 90_000), ("M", 90_000), ("S", 210_000)):
        tx.execute(insert(TaxRate).values(zone="NL", code=code, valid_from_us=0, ppm=ppm))
    for number, line in enumerate(FAVOURITES):
        name, category, icon, minor, unit = line.split("|")
        sku = f"F{number}"
        tx.execute(
            insert(Product).values(
                sku=sku, name=name, folded=fold(name), category=category, tax_code=rates[category],
                unit=unit, min_age=ages[category], icon=icon, tile_rank=number + 1, active=True,
                components="",
            )
        )  # fmt: skip
        tx.execute(insert(Barcode).values(gtin=gtin(number).zfill(14), sku=sku, pack=1000))
        tx.execute(
            insert(Price).values(zone="NL", sku=sku, pack=1000, valid_from_us=0, minor=int(minor))
        )
        tx.execute(
            text(
                "INSERT INTO product_search(rowid, words) "
                "SELECT rowid, folded FROM product WHERE sku = :sku"
            ),
            {"sku": sku},
        )


def receipt_picture(tx: Connection, rid: UUID) -> bytes:
    """The receipt as an 80 mm printer prints it."""
    document = newest_document(tx, rid)
    assert document is not None
    profile = profile_named("epson-80mm")
    fonts = FontSet(resources.path("vendor", "fonts"))
    return preview_png(render(document, profile, fonts=fonts), profile, fonts=fonts)


def _saving(folder: Path, desk: Desk) -> dict[str, Any]:
    """What saves records and receipts beside the till."""
    fonts, exports = resources.path("vendor", "fonts"), folder / "exports"
    return {
        "save_record": lambda tx, rid: save_record(tx, rid, exports),
        "save_receipt": lambda tx, rid: save_file(
            exports, *receipt_pdf(tx, fonts, desk.now(), rid=rid)
        ),
        "save_invoice": lambda _tx, documents: tuple(
            save_file(exports, *invoice_pdf(one, fonts, desk.now())) for one in documents
        ),
    }


def _open_drawer(asked: list[str]) -> str:
    asked.append("drawer")
    return "receipt1"


@contextmanager
def till(
    folder: Path,
    *,
    idle_seconds: int = 600,
    offers: Sequence[PromotionRow] = (),
    weighing: tuple[Scale | None, tuple[Tare, ...]] = (None, ()),
    with_terminal: bool = False,
    **more: Any,
) -> Iterator[Till]:
    """A till ready for the log-in page, with these promotions and ``more`` ports."""
    path = folder / "till.sqlite"
    desk = replace(real_desk(), weighs=weighing[0] is not None)
    make_store(path, desk, offers)
    tasks = Tasks(path)
    tasks.start()
    ui = UiTasks(tasks)
    asked: list[str] = []
    heard = Heard()
    bridge = Bridge()
    terminal, cards = _terminal(folder, tasks, desk, bridge) if with_terminal else (None, None)
    ports = ShellPorts(
        tasks=ui,
        desk=desk,
        place=lambda: "Harbour Street · " + i18n._("Till %s") % 2,
        idle_seconds=idle_seconds,
        receipt_picture=receipt_picture,
        **_saving(folder, desk),
        **{"open_drawer": partial(_open_drawer, asked)} | more,
        cards=cards,
        sounds=heard,
        sync_now=lambda: asked.append("sync"),
        scale=weighing[0],
        tares=weighing[1],
    )
    window = MainWindow(ports)
    window.attach(bridge)
    if terminal is not None:
        terminal.open()
    with collected_here():
        try:
            yield Till(path, desk, tasks, ui, window, asked, heard.sounds, terminal)
        finally:
            # Nobody hears any more of what the terminal did not finish.
            bridge.blockSignals(True)
            if terminal is not None:
                terminal.close()
            ui.close()
            window.close()
            tasks.stop()
            window.deleteLater()


def _terminal(
    folder: Path, tasks: Tasks, desk: Desk, bridge: Bridge
) -> tuple[FakeCardTerminal, CardCounter]:
    """A simulated card terminal and what stands between it and the till."""

    def emit(event: HardwareEvent) -> None:
        counter.heard(event)
        bridge.publish(event)

    terminal = FakeCardTerminal("terminal1", folder / "ledger.jsonl", emit)
    counter = CardCounter(LaneAccess(tasks, Lane.SALE), desk, terminal, bridge.publish)
    tasks.run(payments.have_terminal, "terminal1").result()
    tasks.on_commit(lambda changes: counter.kick() if payments.CHANGE in changes else None)
    return terminal, counter


class Hands:
    """Somebody at the keyboard: every key takes the way of a real one, through the window."""

    def __init__(self, opened: Till, qtbot: QtBot) -> None:
        self.till = opened
        self.window = opened.window
        self._qtbot = qtbot

    @property
    def page(self) -> Page:
        return self.window.navigation.page

    @property
    def names(self) -> list[str]:
        """Names of the lines in the basket."""
        model = self.window.selling.checkout.basket.model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    @property
    def rows(self) -> tuple[BasketRow, ...]:
        """Lines of the basket as they are shown."""
        model = self.window.selling.checkout.basket.model()
        assert isinstance(model, BasketModel)
        return model.records

    @property
    def messages(self) -> list[str]:
        return [message.text for message in self.window.toasts.shown]

    def press(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.window.windowHandle(), key, modifiers)
        self.settle()

    def hold(self, key: Qt.Key, repeats: int, *, still: bool = False) -> None:
        """Hold a key down: one press and many repeats, as a keyboard sends them.

        Args:
            still: it is down already, so that only repeats come.
        """
        target = QApplication.focusWidget()
        assert target is not None, "nothing has the focus"
        for number in range(repeats + 1):
            event = QKeyEvent(
                QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "\r", still or number > 0
            )
            QCoreApplication.sendEvent(target, event)
        self.settle()

    def type(self, text: str) -> None:
        window = self.window.windowHandle()
        for letter in text:
            # PySide6 takes a character here; its stubs leave that overload out.
            QTest.keyClick(window, letter)  # type: ignore[call-overload]

    def enter(self, text: str) -> None:
        """Type and press Enter."""
        self.type(text)
        self.press(Qt.Key.Key_Return)

    def settle(self) -> None:
        """Wait for every answer."""
        self._qtbot.waitUntil(lambda: self.till.ui.open == 0)
        QApplication.processEvents()
        self._qtbot.waitUntil(lambda: self.till.ui.open == 0)

    def wait(self, reached: Callable[[], bool]) -> None:
        # Long: a busy machine is no failure of the till.
        self._qtbot.waitUntil(reached, timeout=20_000)

    def sign_on(self, pin: str = PIN) -> None:
        self.enter(pin)

    def open_shift(self, amount: str) -> None:
        self.wait(lambda: self.page is Page.OPEN_SHIFT)
        self.enter(amount)
        self.wait(lambda: self.page is Page.CHECKOUT)
        self.settle()
