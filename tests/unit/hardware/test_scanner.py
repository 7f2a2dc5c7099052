from __future__ import annotations

import os
import threading
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.address import SerialAddress, parse_address
from hardware.errors import Claimed, Protocol
from hardware.events import CodeScanned, DeviceError, JobDone, Proof, ScannerStatusChanged
from hardware.port_thread import Backoff
from hardware.printer.escpos_printer import EscposPrinter
from hardware.printer.profile import profile_named
from hardware.scanner.framing import Framer, split_aim
from hardware.scanner.serial_scanner import SerialScanner
from tests.support.event_log import EventLog

_BACKOFF = Backoff(first=0.05, limit=0.2)


@dataclass
class Line:
    """A pseudo terminal; ``device`` is the stable name of its far end."""

    master: int
    slave: int
    device: Path

    def write(self, data: bytes) -> None:
        os.write(self.master, data)

    def unplug(self) -> None:
        os.close(self.master)
        os.close(self.slave)

    def plug_in(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.device.unlink(missing_ok=True)
        self.device.symlink_to(os.ttyname(self.slave))


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    wire = Line(-1, -1, tmp_path / "scanner")
    wire.plug_in()
    yield wire
    wire.unplug()


@pytest.fixture
def scanner(line: Line, log: EventLog) -> Iterator[SerialScanner]:
    device = SerialScanner("s1", SerialAddress(str(line.device)), emit=log, backoff=_BACKOFF)
    device.open()
    log.wait(ScannerStatusChanged, lambda e: e.online)
    yield device
    device.close()


@pytest.mark.parametrize(
    ("chunks", "codes"),
    [
        ([b"9506000134352\r"], ["9506000134352"]),
        ([b"9506000134352\r\n"], ["9506000134352"]),
        ([b"95060", b"00134352", b"\n"], ["9506000134352"]),
        ([b"A\tB\t"], ["A", "B"]),
        ([b"\x02one\r\ntwo\x03"], ["one\r\ntwo"]),
        ([b"noise\x02code\x03\r\n"], ["code"]),
        ([b"0109506000134352\x1d10AB\r"], ["0109506000134352\x1d10AB"]),
        ([b"\r\n\t"], []),
        (["Größe\r".encode()], ["Größe"]),
        (["Größe\r".encode("latin-1")], ["Größe"]),
        ([b"open"], []),
    ],
)
def test_framing(chunks: list[bytes], codes: list[str]) -> None:
    framer = Framer()
    assert [code for chunk in chunks for code in framer.feed(chunk)] == codes


@given(
    st.lists(st.from_regex(r"\A[!-~]{1,20}\Z"), min_size=1, max_size=6),
    st.integers(1, 9),
    st.sampled_from(["\r", "\n", "\r\n", "\t"]),
)
def test_framing_does_not_depend_on_how_the_bytes_arrive(
    codes: list[str], size: int, end: str
) -> None:
    data = "".join(code + end for code in codes).encode()
    framer = Framer()
    found = [code for at in range(0, len(data), size) for code in framer.feed(data[at : at + size])]
    assert found == codes


def test_endless_noise_is_refused_and_the_next_code_is_read() -> None:
    framer = Framer()
    with pytest.raises(Protocol):
        framer.feed(b"x" * 9000)
    assert framer.feed(b"more noise\rcode\r") == ["code"]


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("]E09506000134352", ("]E0", "9506000134352")),
        ("]C10109506000134352", ("]C1", "0109506000134352")),
        ("9506000134352", ("", "9506000134352")),
        ("]", ("", "]")),
        ("]d2", ("]d2", "")),
    ],
)
def test_aim_identifier(raw: str, parts: tuple[str, str]) -> None:
    assert split_aim(raw) == parts


def test_codes_arrive_in_order(line: Line, scanner: SerialScanner, log: EventLog) -> None:
    assert scanner.online
    line.write(b"]E09506000134352\r\n]C14711\r\nplain\r\n")
    scans = log.wait_count(CodeScanned, 3)
    assert [(s.symbology, s.code, s.device) for s in scans] == [
        ("]E0", "9506000134352", "s1"),
        ("]C1", "4711", "s1"),
        ("", "plain", "s1"),
    ]
    assert scans[0].at.tzinfo is not None


def test_a_hundred_scans_are_not_lost(line: Line, scanner: SerialScanner, log: EventLog) -> None:
    def send() -> None:
        for number in range(100):
            line.write(f"CODE{number:04d}\r".encode())

    sender = threading.Thread(target=send)
    sender.start()
    scans = log.wait_count(CodeScanned, 100)
    sender.join(5)
    assert [s.code for s in scans] == [f"CODE{n:04d}" for n in range(100)]


def test_noise_is_told_and_the_scanner_lives_on(
    line: Line, scanner: SerialScanner, log: EventLog
) -> None:
    def send() -> None:
        for _ in range(9):
            line.write(b"x" * 1000)

    sender = threading.Thread(target=send)
    sender.start()
    assert log.wait(DeviceError).error.code == "hardware.protocol"
    sender.join(5)
    line.write(b"\rcode\r")
    assert log.wait(CodeScanned).code == "code"


@pytest.mark.expect_warnings
def test_unplugging_is_told_and_plugging_in_again_is_enough(
    line: Line, scanner: SerialScanner, log: EventLog
) -> None:
    line.write(b"half a co")
    line.unplug()
    log.wait(ScannerStatusChanged, lambda e: not e.online)
    assert not scanner.online
    line.plug_in()
    log.wait(ScannerStatusChanged, lambda e: e.online and log.events.index(e) > 1)
    line.write(b"whole\r")
    assert log.wait(CodeScanned).code == "whole"


def test_silence_ends_a_code_of_a_scanner_without_suffix(line: Line, log: EventLog) -> None:
    scanner = SerialScanner(
        "s1", SerialAddress(str(line.device)), emit=log, silence_ends=0.05, backoff=_BACKOFF
    )
    scanner.open()
    try:
        log.wait(ScannerStatusChanged)
        line.write(b"9506000134352")
        assert log.wait(CodeScanned).code == "9506000134352"
    finally:
        scanner.close()


def test_two_scanners_cannot_share_a_port_even_by_another_name(
    line: Line, scanner: SerialScanner, log: EventLog
) -> None:
    real = SerialAddress(os.path.realpath(line.device), 19200)
    with pytest.raises(Claimed):
        SerialScanner("s2", real, emit=log).open()


def test_closing_is_quick_and_gives_the_port_back(line: Line, log: EventLog) -> None:
    for _ in range(3):
        scanner = SerialScanner("s1", SerialAddress(str(line.device)), emit=log)
        scanner.open()
        scanner.close()
        scanner.close()


@pytest.mark.expect_warnings
def test_a_missing_port_is_tried_again(tmp_path: Path, log: EventLog) -> None:
    wire = Line(-1, -1, tmp_path / "late")
    scanner = SerialScanner("s1", SerialAddress(str(wire.device)), emit=log, backoff=_BACKOFF)
    scanner.open()
    try:
        wire.plug_in()
        log.wait(ScannerStatusChanged, lambda e: e.online)
    finally:
        scanner.close()
        wire.unplug()


def test_a_serial_printer_answers_over_the_same_line(line: Line, log: EventLog) -> None:
    printer = EscposPrinter(
        "r1",
        parse_address(f"serial://{line.device}?baud=19200"),
        profile=profile_named("generic-58mm"),
        emit=log,
        backoff=_BACKOFF,
    )
    seen, stop = bytearray(), threading.Event()
    far_end = threading.Thread(target=_answer, args=(line.master, seen, stop))
    far_end.start()
    printer.open()
    try:
        data = b"serial receipt\n" * 300
        printer.submit("j1", data)
        assert log.wait(JobDone).proof is Proof.PRINTED
        assert bytes(seen) == data
    finally:
        printer.close()
        stop.set()
        far_end.join(5)


def _answer(master: int, seen: bytearray, stop: threading.Event) -> None:
    """A printer without a state: it answers every question and keeps the rest."""
    os.set_blocking(master, False)
    pending = b""
    while not stop.wait(0.002):
        try:
            pending += os.read(master, 4096)
        except OSError:
            continue
        while pending:
            if pending[:1] in b"\x10\x1d":
                if len(pending) < 3:
                    break
                os.write(master, b"\x12" if pending[:1] == b"\x10" else b"\x00")
                pending = pending[3:]
            else:
                seen.append(pending[0])
                pending = pending[1:]
