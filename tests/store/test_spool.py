from __future__ import annotations

import os
import re
import select
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, text, update
from sqlalchemy import select as choose

from db.store.print_queue import PrintJob
from hardware.errors import HardwareError
from hardware.events import HardwareEvent
from hardware.fake.printer import FakePrinter, Trouble
from pos_app.bootstrap.till import Till
from pos_app.checkout import closing, reprinting, service
from pos_app.journal.desk import Desk
from pos_app.printing.spool import Printed
from pos_app.runtime.paths import TillPaths
from pos_app.staff.service import staff_list
from pos_app.till.service import TillSession, open_shift, start_session
from retail.tender.settlement import Offer, TenderKind
from tests.support import till
from tests.support.till import SHELF, Clock, desk_of
from tests.support.waiting import wait_until

PIECE = SHELF.code(SHELF.piece)
_NUMBER = re.compile(rb"(S1-1-[0-9A-Z]{2}-[0-9]{8}) +\d{4}-")


class Shop:
    """A whole till at work, with everything its spool said."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self.heard: list[Printed] = []
        self.till = Till(folder, publish=self._hear, desk=desk)
        self.till.__enter__()
        self.session = self._session()

    def _hear(self, event: object) -> None:
        if isinstance(event, Printed):
            self.heard.append(event)

    def _session(self) -> TillSession:
        run = self.till.tasks.run
        staff = self.till.tasks.read(staff_list).result(10)[0]
        session = run(start_session, self.till.desk, staff).result(10)
        return session if session.shift else run(open_shift, session, 0).result(10)

    @property
    def printer(self) -> FakePrinter:
        found = self.till.devices._station.printers["receipt1"]
        assert isinstance(found, FakePrinter)
        return found

    def sell(self, tender: TenderKind = TenderKind.CASH) -> UUID:
        run = self.till.tasks.run
        priced = run(service.enter, self.session, PIECE).result(10).priced
        offers = (Offer(tender, priced.total_minor),)
        return run(closing.close_sale, self.session, priced.basket.basket_id, offers).result(10).rid

    def states(self) -> list[str]:
        return self.till.tasks.read(_states).result(10)

    def reach(self, *states: str) -> bool:
        """Wait until the jobs, oldest first, are in these states."""
        return wait_until(lambda: self.states() == list(states))

    def said(self, rid: UUID) -> list[str]:
        return [event.state for event in self.heard if event.rid == rid]


def _states(tx: Connection) -> list[str]:
    return list(tx.execute(choose(PrintJob.state).order_by(PrintJob.job_id)).scalars())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Shop]]:
    """Opens tills on the folder one after the other; a fake printer unless told otherwise."""
    monkeypatch.setattr("pos_app.printing.spool._RETRY_SECONDS", 0.01)
    shops: list[Shop] = []

    def open_shop(address: str = "fake:receipt", *, work: bool = True) -> Shop:
        monkeypatch.setenv("TILLWRIGHT_PRINTER_ADDRESS", address)
        made = Shop(folder, desk_of(clock, seed=len(shops) + 1))
        shops.append(made)
        if work:
            made.till.devices.open()
            made.till._stack.callback(made.till.devices.close)
            made.till.spool.start()
            made.till._stack.callback(made.till.spool.stop)
            made.till.tasks.on_commit(made.till._committed)
        return made

    yield open_shop
    for made in shops:
        made.till.__exit__(None, None, None)


def _close(shop: Shop) -> None:
    shop.till.__exit__(None, None, None)


def test_every_sale_is_printed_once_in_order(shop: Callable[..., Shop]) -> None:
    here = shop()
    rids = [here.sell() for _ in range(3)]
    assert here.reach("done", "done", "done")
    assert wait_until(lambda: [here.said(rid) for rid in rids] == [["printing", "done"]] * 3)
    numbers = [_NUMBER.findall(data) for _, data in here.printer.printed]
    assert [len(found) for found in numbers] == [1, 1, 1]
    assert numbers == sorted(numbers)


def test_cash_opens_the_drawer_and_a_card_does_not(shop: Callable[..., Shop]) -> None:
    here = shop()
    here.sell(TenderKind.CARD)
    assert here.reach("done")
    assert here.printer.pulses == []
    here.sell()
    assert here.reach("done", "done")
    assert len(here.printer.pulses) == 1


def test_out_of_paper_the_receipt_waits_and_the_drawer_opens_once(
    shop: Callable[..., Shop],
) -> None:
    here = shop()
    here.printer.suffer(Trouble.PAPER_OUT)
    rid = here.sell()
    assert wait_until(lambda: here.said(rid).count("waiting") >= 5)
    assert here.printer.printed == []
    here.printer.suffer(Trouble.NONE)
    assert here.reach("done")
    assert len(here.printer.printed) == 1
    assert len(here.printer.pulses) == 1


def test_a_job_of_unknown_fate_is_never_printed_again_unasked(
    shop: Callable[..., Shop],
) -> None:
    """Complaint 18: printed or not?."""
    here = shop()
    here.printer.suffer(Trouble.HANG)
    rid = here.sell()
    assert wait_until(lambda: here.said(rid) == ["printing"] and here.printer.hanging)
    here.printer.suffer(Trouble.NONE)
    assert here.reach("unknown")
    other = here.sell()
    assert here.reach("unknown", "done")
    assert wait_until(lambda: here.said(other) == ["printing", "done"])
    assert here.said(rid) == ["printing", "unknown"]
    assert len(here.printer.printed) == 1


def test_somebody_may_ask_for_it_again(shop: Callable[..., Shop]) -> None:
    here = shop()
    here.printer.suffer(Trouble.HANG)
    rid = here.sell()
    assert wait_until(lambda: here.said(rid) == ["printing"] and here.printer.hanging)
    here.printer.suffer(Trouble.NONE)
    assert here.reach("unknown")
    here.till.tasks.run(reprinting.again, here.session).result(10)
    assert here.reach("unknown", "done")
    assert b"COPY 1" in here.printer.printed[0][1]
    assert len(here.printer.pulses) == 1


def test_a_stop_leaves_the_job_at_hand_unknown(shop: Callable[..., Shop]) -> None:
    here = shop()
    here.printer.suffer(Trouble.HANG)
    rid = here.sell()
    here.sell()
    assert wait_until(lambda: here.said(rid) == ["printing"] and here.printer.hanging)
    _close(here)
    again = shop()
    assert again.reach("unknown", "done")
    assert len(again.printer.printed) == 1


def test_what_was_sent_when_the_till_died_is_unknown_after_the_restart(
    shop: Callable[..., Shop],
) -> None:
    here = shop(work=False)
    here.sell()
    here.sell()
    first = here.till.tasks.run(
        lambda tx: (
            tx.execute(
                update(PrintJob)
                .where(PrintJob.job_id == choose(PrintJob.job_id).limit(1).scalar_subquery())
                .values(state="sent")
            ).rowcount
        )
    )
    assert first.result(10) == 1
    _close(here)
    again = shop()
    assert again.reach("unknown", "done")


@pytest.mark.parametrize(("minutes", "state"), [(14.9, "done"), (15.1, "unknown")])
def test_after_fifteen_minutes_nothing_is_printed_unasked(
    shop: Callable[..., Shop], clock: Clock, minutes: float, state: str
) -> None:
    here = shop(work=False)
    here.sell()
    _close(here)
    clock.step(minutes=minutes)
    assert shop().reach(state)


def test_a_printer_that_was_off_over_night_stays_quiet(
    shop: Callable[..., Shop], clock: Clock
) -> None:
    here = shop()
    here.printer.suffer(Trouble.OFFLINE)
    here.sell()
    clock.step(hours=9)
    assert here.reach("unknown")
    here.printer.suffer(Trouble.NONE)
    here.sell()
    assert here.reach("unknown", "done")
    assert len(here.printer.printed) == 1


@pytest.mark.expect_warnings
def test_one_receipt_that_cannot_be_read_holds_up_none_behind_it(
    shop: Callable[..., Shop],
) -> None:
    here = shop(work=False)
    here.sell()
    here.sell()
    here.till.tasks.run(
        lambda tx: tx.execute(
            text("UPDATE print_job SET document = x'00' WHERE job_id = "
                 "(SELECT min(job_id) FROM print_job)")
        ).rowcount
    ).result(10)  # fmt: skip
    _close(here)
    assert shop().reach("unknown", "done")


@pytest.mark.expect_warnings
def test_a_defect_in_rendering_ends_no_thread(
    shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shop()
    monkeypatch.setattr("pos_app.runtime.devices.render", _break)
    rid = here.sell()
    assert here.reach("unknown")
    assert wait_until(lambda: here.said(rid)[-1] == "unknown")
    monkeypatch.undo()
    here.sell()
    assert here.reach("unknown", "done")


def _break(*_args: object, **_options: object) -> bytes:
    raise ZeroDivisionError


def test_a_file_takes_receipts_whole_and_durable(shop: Callable[..., Shop], tmp_path: Path) -> None:
    paper = tmp_path / "paper.bin"
    here = shop(f"file:{paper}")
    for _ in range(3):
        here.sell()
    assert here.reach("done", "done", "done")
    assert len(_NUMBER.findall(paper.read_bytes())) == 3


@pytest.mark.expect_warnings
def test_a_printer_that_is_not_there_keeps_receipts_waiting(
    shop: Callable[..., Shop], tmp_path: Path
) -> None:
    here = shop(f"file:{tmp_path / 'no' / 'printer'}")
    rid = here.sell()
    assert wait_until(lambda: "waiting" in here.said(rid))
    (tmp_path / "no").mkdir()
    assert here.reach("done")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [("PRINTER_ADDRESS", "carrier-pigeon:x", "address"), ("PRINTER_PROFILE", "abacus", "abacus"),
     ("SCANNER_ADDRESS", "tcp://", "address")],
)  # fmt: skip
def test_a_wrong_device_setting_is_named_when_the_till_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, word: str
) -> None:
    monkeypatch.setenv(f"TILLWRIGHT_{name}", value)
    with pytest.raises(HardwareError, match=word), Till(folder):
        pytest.fail("the till must not open")


def test_a_scanner_on_a_serial_line_is_heard(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = os.openpty()
    heard: list[HardwareEvent] = []
    got = threading.Event()

    def hear(event: object) -> None:
        if type(event).__name__ == "CodeScanned":
            heard.append(event)  # type: ignore[arg-type]
            got.set()

    monkeypatch.setenv("TILLWRIGHT_SCANNER_ADDRESS", f"serial://{os.ttyname(there)}")
    with Till(folder, publish=hear) as opened:
        opened.devices.open()
        opened._stack.callback(opened.devices.close)
        select.select([], [here], [], 5)
        assert wait_until(lambda: _scan(here, got))
    os.close(here)
    os.close(there)
    assert heard[0].code == PIECE  # type: ignore[union-attr]


def _scan(line: int, got: threading.Event) -> bool:
    os.write(line, PIECE.encode() + b"\r")
    return got.wait(0.5)


def test_till_paths_are_the_owners_only(tmp_path: Path) -> None:
    paths = TillPaths(tmp_path / "a" / "till")
    paths.prepare()
    assert paths.folder.stat().st_mode & 0o777 == 0o700
    till.build(paths.folder)
    assert paths.store.stat().st_mode & 0o077 == 0 or paths.folder.stat().st_mode & 0o077 == 0
