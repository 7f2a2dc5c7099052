from __future__ import annotations

import pytest

from hardware.drawer.printer_drawer import OpenLevel, PrinterDrawer
from hardware.drawer.pulse import DrawerPulse
from hardware.errors import CoverOpen, Offline
from hardware.events import (
    DeviceError,
    DrawerChanged,
    DrawerKicked,
    JobDone,
    PrinterStatusChanged,
)
from hardware.printer.status import PrinterState
from tests.support.escpos_peer import EscposPeer
from tests.support.event_log import EventLog
from tests.support.printers import PrinterRoom, wait_ready


def _ready(log: EventLog) -> None:
    log.wait(PrinterStatusChanged, lambda e: e.state is PrinterState.READY)


def test_the_drawer_opens_before_the_receipt_prints(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    """Complaint 17: the drawer does not open, or opens late."""
    printer = opened(peer.address)
    printer.submit("j1", b"hello\n", kick=True)
    log.wait(JobDone)
    kinds = [type(event) for event in log.events if isinstance(event, DrawerKicked | JobDone)]
    assert kinds == [DrawerKicked, JobDone]
    assert peer.pulses == [b"\x10\x14\x01\x00\x01"]


def test_the_drawer_opens_while_a_receipt_waits_for_paper(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    """Complaint 17: the drawer does not open, or opens late."""
    printer = opened(peer.address)
    _ready(log)
    peer.answers_barrier = False
    printer.submit("j1", b"hello\n")
    assert peer.wait_for(lambda: b"hello\n" in peer.paper)
    peer.change(paper_out=True)
    log.wait(PrinterStatusChanged, lambda e: e.state is PrinterState.PAPER_OUT)
    printer.kick_drawer(pin=5, on_ms=250, reason="no sale")
    assert log.wait(DrawerKicked).reason == "no sale"
    assert peer.wait_for(lambda: peer.pulses == [b"\x10\x14\x01\x01\x03"])


def test_a_queued_pulse_is_refused_rather_than_left_for_the_next_receipt(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    peer.change(cover_open=True)
    printer = opened(peer.address, "generic-80mm")
    printer.kick_drawer()
    assert isinstance(log.wait(DeviceError).error, CoverOpen)
    peer.change(cover_open=False)
    log.wait(PrinterStatusChanged, lambda e: e.state is PrinterState.READY)
    printer.kick_drawer(on_ms=100, off_ms=300)
    log.wait(DrawerKicked)
    assert peer.wait_for(lambda: peer.pulses == [b"\x1bp\x00\x32\x96"])


@pytest.mark.expect_warnings
def test_a_pulse_for_an_unreachable_printer_fails_and_is_never_replayed(
    opened: PrinterRoom, log: EventLog
) -> None:
    with EscposPeer() as gone:
        port = gone.port
    printer = opened(f"tcp://127.0.0.1:{port}")
    printer.kick_drawer()
    assert isinstance(log.wait(DeviceError).error, Offline)
    with EscposPeer(port) as back:
        wait_ready(printer)
        printer.submit("j1", b"x\n")
        log.wait(JobDone)
        assert back.pulses == []


def test_the_sensor_of_a_drawer_is_told_by_its_own_polarity(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    printer = opened(peer.address)
    drawer = PrinterDrawer(
        "d1", printer, pulse=DrawerPulse("", 5, 200, 400), open_level=OpenLevel.LOW, emit=log
    )
    _ready(log)
    drawer.kick("sale")
    kicked = log.wait(DrawerKicked)
    assert (kicked.device, kicked.reason) == ("d1", "sale")
    assert peer.wait_for(lambda: peer.pulses == [b"\x10\x14\x01\x01\x02"])
    peer.change(drawer_high=True)
    log.wait(DrawerChanged, lambda e: e.device == "d1" and not e.is_open)
    assert drawer.is_open is False
    peer.change(drawer_high=False)
    log.wait(DrawerChanged, lambda e: e.is_open)
