"""The drivers against emupos, an independent simulator of shop hardware (PyPI, Python 3.13).

Set EMUPOS to its program, or have it on the path; without it these tests say that they did not
run, and the evidence of the drivers rests on the transcripts.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hardware.address import SerialAddress
from hardware.events import (
    CodeScanned,
    DrawerKicked,
    JobDone,
    JobFailed,
    Outcome,
    PrinterStatusChanged,
    Proof,
    ScannerStatusChanged,
)
from hardware.printer.fonts import FontSet
from hardware.printer.preview import to_text
from hardware.printer.profile import profile_named
from hardware.printer.render import render
from hardware.printer.status import PrinterState
from hardware.scanner.serial_scanner import SerialScanner
from retail.receipt import Align, Barcode, Cut, Item, Pair, Qr, ReceiptDocument, Text
from tests.support.event_log import EventLog
from tests.support.printers import PrinterRoom, wait_ready
from tests.support.waiting import wait_until

_PROGRAM = os.environ.get("EMUPOS") or shutil.which("emupos")
pytestmark = pytest.mark.skipif(
    _PROGRAM is None, reason="emupos is not installed (it needs Python 3.13): set EMUPOS"
)


@dataclass(frozen=True)
class Emupos:
    """A running simulator with one printer ``front`` and one serial scanner ``lane``."""

    api: str
    printer: str
    serial_printer: str
    scanner: str

    def call(self, method: str, path: str, body: Any = None) -> bytes:
        request = urllib.request.Request(  # noqa: S310  our own process on this machine
            f"{self.api}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def emupos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emupos]:
    folder = tmp_path_factory.mktemp("emupos")
    api, raw = _free_port(), _free_port()
    config = folder / "emupos.yaml"
    config.write_text(
        f"""
schema: 1
api: {{ host: 127.0.0.1, port: {api} }}
devices:
  - id: front
    type: printer
    profile: epson-tm-t20iii
    job_idle_timeout_ms: 300
    receipts_dir: {folder}
    connections: [ {{ tcp: {{ port: {raw} }} }}, {{ serial: {{ pty: true }} }} ]
  - id: lane
    type: scanner
    mode: serial
    connections: [ {{ serial: {{ pty: true }} }} ]
"""
    )
    assert _PROGRAM is not None
    environment = {**os.environ, "TMPDIR": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [_PROGRAM, "run", "--config", str(config)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            found = Emupos(
                f"http://127.0.0.1:{api}",
                f"tcp://127.0.0.1:{raw}",
                f"serial://{folder}/emupos/front",
                f"{folder}/emupos/lane",
            )
            _await(found, process, folder)
            yield found
        finally:
            process.terminate()
            process.wait(10)


def _await(emupos: Emupos, process: subprocess.Popen[bytes], folder: Path) -> None:
    def healthy() -> bool:
        try:
            emupos.call("GET", "/health")
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, (folder / "log").read_text()
            return False
        return True

    assert wait_until(healthy, seconds=20), (folder / "log").read_text()


_RECEIPT = ReceiptDocument(
    "r",
    "de",
    (
        Text("Müller & Söhne", Align.CENTER, bold=True, size=2),
        Item("Käse", "2", "3,49", "6,98"),
        Pair("Summe", "6,98 €", bold=True),
        Text("日本語"),
        Barcode("T042-03-000123"),
        Qr("https://example.org/r/1"),
        Cut(),
    ),
)


def test_a_receipt_is_printed_read_back_and_its_codes_decoded(
    emupos: Emupos, opened: PrinterRoom, log: EventLog, tmp_path: Path, fonts_folder: Path
) -> None:
    profile = profile_named("epson-80mm")
    data = render(_RECEIPT, profile, fonts=FontSet(fonts_folder))
    opened(emupos.printer).submit("j1", data, kick=True)
    assert log.wait(JobDone).proof is Proof.PRINTED
    log.wait(DrawerKicked)
    receipt = _newest_receipt(emupos)
    text = emupos.call("GET", f"/devices/front/receipts/{receipt}/text").decode()
    for line in to_text(data, profile).splitlines():
        if line.strip() and not line.strip().startswith(("[", "---")):
            assert " ".join(line.split()) in " ".join(text.split())
    picture = tmp_path / "emupos.png"
    picture.write_bytes(emupos.call("GET", f"/devices/front/receipts/{receipt}/image"))
    if shutil.which("zbarimg"):
        found = subprocess.run(
            ["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=False
        )
        assert set(found.stdout.split()) == {"T042-03-000123", "https://example.org/r/1"}


def _newest_receipt(emupos: Emupos) -> str:
    def listed() -> list[dict[str, Any]]:
        answer = json.loads(emupos.call("GET", "/devices/front/receipts"))
        found: list[dict[str, Any]] = answer["receipts"] if isinstance(answer, dict) else answer
        return found

    assert wait_until(listed, seconds=5), "no receipt came out"
    return str(listed()[-1]["id"])


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("paper-out", PrinterState.PAPER_OUT),
        ("cover-open", PrinterState.COVER_OPEN),
        ("offline", PrinterState.BUSY),
    ],
)
def test_faults_are_told_and_nothing_is_sent(
    emupos: Emupos, opened: PrinterRoom, log: EventLog, fault: str, state: PrinterState
) -> None:
    printer = opened(emupos.printer)
    wait_ready(printer)
    emupos.call("PUT", f"/devices/front/faults/{fault}")
    try:
        log.wait(PrinterStatusChanged, lambda e: e.state is state)
        printer.submit("j1", b"x\n")
        assert log.wait(JobFailed).outcome is Outcome.NOT_PRINTED
    finally:
        emupos.call("DELETE", f"/devices/front/faults/{fault}")
    wait_ready(printer)
    printer.submit("j2", b"\x1b@ok\n")
    assert log.wait(JobDone).job_id == "j2"


def test_low_paper_still_prints(emupos: Emupos, opened: PrinterRoom, log: EventLog) -> None:
    emupos.call("PUT", "/devices/front/faults/paper-near-end")
    try:
        printer = opened(emupos.printer)
        log.wait(PrinterStatusChanged, lambda e: e.state is PrinterState.PAPER_LOW)
        printer.submit("j1", b"\x1b@low\n")
        assert log.wait(JobDone).proof is Proof.PRINTED
    finally:
        emupos.call("DELETE", "/devices/front/faults/paper-near-end")


def test_a_receipt_over_the_serial_line(emupos: Emupos, opened: PrinterRoom, log: EventLog) -> None:
    opened(emupos.serial_printer).submit("j1", b"\x1b@serial\n")
    assert log.wait(JobDone).proof is Proof.PRINTED


def test_a_scan_of_the_simulated_scanner_arrives(emupos: Emupos, log: EventLog) -> None:
    scanner = SerialScanner("s1", SerialAddress(emupos.scanner), emit=log)
    scanner.open()
    try:
        log.wait(ScannerStatusChanged, lambda e: e.online)
        emupos.call("POST", "/devices/lane/scans", {"data": "9506000134352"})
        assert log.wait(CodeScanned).code == "9506000134352"
    finally:
        scanner.close()
