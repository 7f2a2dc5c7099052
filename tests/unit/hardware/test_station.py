from __future__ import annotations

import gettext
from typing import Any

import pytest

from hardware.drawer.printer_drawer import PrinterDrawer
from hardware.errors import Claimed, CoverOpen, HardwareError, NotConfigured, Offline, PaperOut
from hardware.events import (
    CodeScanned,
    DeviceError,
    DrawerChanged,
    DrawerKicked,
    JobDone,
    JobFailed,
    Outcome,
    ScannerStatusChanged,
)
from hardware.fake.drawer import FakeDrawer
from hardware.fake.printer import FakePrinter, Trouble
from hardware.fake.scanner import FakeScanner
from hardware.printer.status import PrinterState
from hardware.registry import DRIVERS, Evidence
from hardware.station import Station
from tests.support.escpos_peer import EscposPeer
from tests.support.event_log import EventLog

_FAKES: dict[str, dict[str, Any]] = {
    "scanner1": {"kind": "scanner", "address": "fake:scanner"},
    "drawer1": {"kind": "cash_drawer", "printer": "receipt1", "open_level": "high", "pin": 5},
    "receipt1": {"kind": "receipt_printer", "address": "fake:printer", "profile": "generic-58mm"},
}


def test_a_till_of_fakes_sells(log: EventLog) -> None:
    with Station(_FAKES, log) as station:
        printer, drawer = station.printer, station.drawer
        scanner = station.scanners["scanner1"]
        assert isinstance(printer, FakePrinter)
        assert isinstance(drawer, PrinterDrawer)
        assert isinstance(scanner, FakeScanner)
        scanner.scan("]E09506000134352")
        printer.submit("j1", b"receipt", kick=True)
        assert printer.printed == [("j1", b"receipt")]
        assert printer.pulses[0].pin == 5
        assert drawer.is_open
        drawer.kick("no sale")
        assert scanner.online
    kinds = [type(event) for event in log.events]
    assert kinds.index(DrawerKicked) < kinds.index(JobDone)
    assert {e.device for e in log.all(DrawerKicked)} == {"drawer1"}
    assert [e.reason for e in log.all(DrawerKicked)] == ["", "no sale"]
    assert log.all(CodeScanned)[0].symbology == "]E0"
    assert (printer.state, scanner.online) == (PrinterState.OFFLINE, False)
    with pytest.raises(Offline):
        scanner.scan("x")


def test_devices_are_closed_in_reverse_order(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    for kind in (FakePrinter, PrinterDrawer, FakeScanner):
        monkeypatch.setattr(kind, "close", lambda self: closed.append(self.name))
    with Station(_FAKES, log):
        pass
    assert closed == ["scanner1", "drawer1", "receipt1"]


@pytest.mark.parametrize(
    ("trouble", "error", "state"),
    [
        (Trouble.PAPER_OUT, PaperOut, PrinterState.PAPER_OUT),
        (Trouble.COVER_OPEN, CoverOpen, PrinterState.COVER_OPEN),
        (Trouble.OFFLINE, Offline, PrinterState.OFFLINE),
    ],
)
def test_the_fake_printer_fails_like_a_real_one(
    log: EventLog, trouble: Trouble, error: type[HardwareError], state: PrinterState
) -> None:
    with Station(_FAKES, log) as station:
        printer = station.printer
        assert isinstance(printer, FakePrinter)
        printer.suffer(trouble)
        assert printer.state is state
        printer.submit("j1", b"x")
        failed = log.wait(JobFailed)
        assert isinstance(failed.error, error)
        assert failed.outcome is Outcome.NOT_PRINTED
        printer.suffer(Trouble.NONE)
        printer.submit("j2", b"y")
        assert log.wait(JobDone).job_id == "j2"


def test_a_hanging_fake_leaves_jobs_unknown(log: EventLog) -> None:
    with Station(_FAKES, log) as station:
        printer = station.printer
        assert isinstance(printer, FakePrinter)
        printer.suffer(Trouble.HANG)
        printer.submit("j1", b"x")
        assert log.all(JobFailed) == []
        printer.suffer(Trouble.NONE)
        assert log.wait(JobFailed).outcome is Outcome.UNKNOWN
        printer.suffer(Trouble.OFFLINE)
        printer.kick_drawer()
        assert isinstance(log.wait(DeviceError).error, Offline)


def test_a_fake_drawer_of_its_own(log: EventLog) -> None:
    with Station({"d": {"kind": "cash_drawer", "address": "fake:d"}}, log) as station:
        drawer = station.drawer
        assert isinstance(drawer, FakeDrawer)
        drawer.kick("sale")
        assert drawer.is_open
        drawer.push_shut()
    assert [e.is_open for e in log.all(DrawerChanged)] == [True, False]
    with pytest.raises(Offline):
        drawer.kick("late")


def test_a_till_without_hardware(log: EventLog) -> None:
    with Station({}, log) as station:
        assert station.printer is None
        assert station.drawer is None


@pytest.mark.expect_warnings
def test_one_device_that_fails_never_stops_the_others(log: EventLog, peer: EscposPeer) -> None:
    config: dict[str, dict[str, Any]] = {
        "a": {"kind": "receipt_printer", "address": peer.address},
        "b": {"kind": "receipt_printer", "address": peer.address},
        "s": {"kind": "scanner", "address": "serial:///dev/does-not-exist"},
        "f": {"kind": "scanner", "address": "fake:f"},
        "d": {"kind": "cash_drawer", "printer": "a"},
    }
    with Station(config, log) as station:
        failed = log.wait(DeviceError)
        assert failed.device == "b"
        assert isinstance(failed.error, Claimed)
        station.printers["a"].submit("j", b"works\n")
        assert log.wait(JobDone).device == "a"
        assert log.wait(ScannerStatusChanged).device == "f"
        assert station.drawers["d"].is_open is None
        station.drawers["d"].kick("sale")
        assert log.wait(DrawerKicked).device == "d"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ("d1", "kind")),
        ({"kind": "toaster"}, ("d1", "kind")),
        ({"kind": "scanner"}, ("d1", "address")),
        ({"kind": "scanner", "address": 7}, ("d1", "address")),
        ({"kind": "scanner", "address": "tcp://x"}, ("d1", "tcp://x")),
        ({"kind": "scanner", "address": "fake:x", "colour": "red"}, ("d1", "colour")),
        ({"kind": "scanner", "address": "fake:x", "silence_ends_ms": True}, ("silence_ends_ms",)),
        ({"kind": "receipt_printer", "address": "nonsense"}, ("nonsense",)),
        ({"kind": "receipt_printer", "address": "null:", "profile": "x"}, ("epson-80mm",)),
        ({"kind": "receipt_printer", "address": "null:", "codepage": "CP1"}, ("CP1", "CP858")),
        ({"kind": "cash_drawer"}, ("d1", "printer")),
        ({"kind": "cash_drawer", "printer": "nobody"}, ("d1", "printer")),
        ({"kind": "cash_drawer", "address": "null:"}, ("d1", "address")),
        ({"kind": "cash_drawer", "printer": "p", "pin": 3}, ("d1", "pin")),
        ({"kind": "cash_drawer", "printer": "p", "open_level": "up"}, ("open_level",)),
        ({"kind": "cash_drawer", "printer": "p", "on_ms": 5}, ("on_ms",)),
    ],
)
def test_a_wrong_configuration_names_device_and_option(
    options: dict[str, Any], words: tuple[str, ...], log: EventLog
) -> None:
    printer = {"kind": "receipt_printer", "address": "null:"}
    with pytest.raises(NotConfigured) as refused:
        Station({"p": printer, "d1": options}, log)
    for word in words:
        assert word in refused.value.sentence


def test_every_driver_states_its_evidence() -> None:
    assert all(driver.source for driver in DRIVERS)
    assert {driver.evidence for driver in DRIVERS} <= set(Evidence)


def test_sentences_can_be_translated() -> None:
    problem = PaperOut("The printer %(name)s has no paper.", name="r1")
    assert problem.sentence == "The printer r1 has no paper."
    translated = gettext.NullTranslations().gettext(problem.message_id) % problem.params
    assert translated == problem.sentence
