from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import pytest

from hardware.address import parse_address
from hardware.errors import Busy, Claimed, CoverOpen, Offline, PaperOut, ResultUnknown
from hardware.events import (
    JobDone,
    JobFailed,
    Outcome,
    PrinterStatusChanged,
    Proof,
)
from hardware.printer.escpos_printer import EscposPrinter
from hardware.printer.job import PrinterTiming
from hardware.printer.profile import profile_named
from hardware.printer.status import PrinterState
from tests.support.escpos_peer import EscposPeer
from tests.support.event_log import EventLog
from tests.support.printers import QUICK, PrinterRoom, wait_ready


def _ready(log: EventLog) -> None:
    log.wait(PrinterStatusChanged, lambda e: e.state is PrinterState.READY)


@pytest.mark.parametrize("profile", ["epson-80mm", "epson-80mm-gs-h", "generic-80mm"])
def test_a_job_is_done_when_the_printer_says_it_is_printed(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog, profile: str
) -> None:
    printer = opened(peer.address, profile)
    printer.submit("j1", b"hello\n")
    done = log.wait(JobDone)
    assert (done.device, done.job_id, done.proof) == ("r1", "j1", Proof.PRINTED)
    assert bytes(peer.paper) == b"hello\n"
    assert printer.state is PrinterState.READY


def test_eight_threads_of_twenty_jobs_never_interleave(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    printer = opened(peer.address)
    jobs = {f"{t}-{j}": f"<{t}-{j}:{'x' * 300}>".encode() for t in range(8) for j in range(20)}

    def work(thread: int) -> None:
        for job in range(20):
            key = f"{thread}-{job}"
            while True:
                try:
                    printer.submit(key, jobs[key])
                except Busy:
                    threading.Event().wait(0.005)
                else:
                    break

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    done = log.wait_count(JobDone, 160, timeout=20)
    order = [event.job_id for event in done]
    assert sorted(order) == sorted(jobs)
    assert bytes(peer.paper) == b"".join(jobs[key] for key in order)
    for number in range(8):
        assert [k for k in order if k.startswith(f"{number}-")] == [
            f"{number}-{job}" for job in range(20)
        ]


@pytest.mark.expect_warnings
def test_a_printer_that_never_answers_is_offline_and_the_caller_stays_free(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    peer.mute = True
    printer = opened(peer.address, timing=PrinterTiming())
    started = time.monotonic()
    printer.submit("j1", b"hello\n")
    assert time.monotonic() - started < 0.05
    failed = log.wait(JobFailed, timeout=3)
    assert time.monotonic() - started < 3
    assert failed.outcome is Outcome.NOT_PRINTED
    assert isinstance(failed.error, Offline)
    assert failed.error.retryable
    assert printer.state is PrinterState.OFFLINE


@pytest.mark.expect_warnings
def test_nobody_there(opened: PrinterRoom, log: EventLog) -> None:
    printer = opened("tcp://127.0.0.1:1")
    printer.submit("j1", b"hello\n")
    failed = log.wait(JobFailed)
    assert failed.outcome is Outcome.NOT_PRINTED
    assert failed.error.code == "hardware.offline"


@pytest.mark.parametrize(
    ("fault", "error", "state"),
    [
        ("paper_out", PaperOut, PrinterState.PAPER_OUT),
        ("cover_open", CoverOpen, PrinterState.COVER_OPEN),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    peer: EscposPeer,
    opened: PrinterRoom,
    log: EventLog,
    fault: str,
    error: type,
    state: PrinterState,
) -> None:
    peer.change(**{fault: True})
    printer = opened(peer.address)
    printer.submit("j1", b"hello\n")
    failed = log.wait(JobFailed)
    assert failed.outcome is Outcome.NOT_PRINTED
    assert isinstance(failed.error, error)
    log.wait(PrinterStatusChanged, lambda e: e.state is state)
    peer.change(**{fault: False})
    log.wait(PrinterStatusChanged, lambda e: e.state is PrinterState.READY)
    printer.submit("j2", b"again\n")
    log.wait(JobDone, lambda e: e.job_id == "j2")
    assert bytes(peer.paper) == b"again\n"


def test_paper_out_in_the_middle_waits_for_the_new_roll_and_prints_once(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    printer = opened(peer.address)
    _ready(log)
    peer.answers_barrier = False
    printer.submit("j1", b"hello\n")
    assert peer.wait_for(lambda: b"hello\n" in peer.paper)
    peer.change(paper_out=True)
    log.wait(PrinterStatusChanged, lambda e: e.state is PrinterState.PAPER_OUT)
    peer.answers_barrier = True
    waited = QUICK.silence + QUICK.barrier + 0.5
    assert not peer.wait_for(lambda: bool(log.all(JobFailed)), waited)
    assert log.all(JobDone) == []
    with peer._changed:
        peer._queue += b"\x1dr\x01"
    peer.change(paper_out=False)
    log.wait(JobDone)
    assert bytes(peer.paper) == b"hello\n"


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.expect_warnings
def test_a_connection_lost_in_the_middle_leaves_the_result_unknown(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog, *, reset: bool
) -> None:
    printer = opened(peer.address)
    _ready(log)
    peer.reset_on_break = reset
    peer.break_after = 3
    printer.submit("j1", b"0123456789\n")
    failed = log.wait(JobFailed)
    assert failed.outcome is Outcome.UNKNOWN
    assert isinstance(failed.error, ResultUnknown)
    assert not failed.error.retryable
    assert peer.wait_for(lambda: peer.connections == 2)
    printer.submit("j2", b"after\n")
    log.wait(JobDone, lambda e: e.job_id == "j2")
    assert bytes(peer.paper) == b"012after\n"


@pytest.mark.expect_warnings
def test_a_printer_that_falls_silent_while_printing_leaves_the_result_unknown(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    printer = opened(peer.address)
    _ready(log)
    peer.answers_barrier = False
    printer.submit("j1", b"hello\n")
    assert peer.wait_for(lambda: b"hello\n" in peer.paper)
    peer.mute = True
    assert log.wait(JobFailed).outcome is Outcome.UNKNOWN
    assert printer.state is PrinterState.OFFLINE


@pytest.mark.expect_warnings
def test_a_printer_that_is_ready_but_never_confirms_is_not_believed(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    peer.answers_barrier = False
    opened(peer.address).submit("j1", b"hello\n")
    failed = log.wait(JobFailed)
    assert failed.outcome is Outcome.UNKNOWN
    assert log.all(JobDone) == []


def test_a_long_receipt_arrives_whole_at_a_slow_printer(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    peer.bytes_per_second = 20_000
    data = b"".join(b"%03d a line of a very long receipt with its price\n" % n for n in range(200))
    printer = opened(peer.address, timing=PrinterTiming(slow_rate=10_000))
    printer.submit("long", data)
    log.wait(JobDone, timeout=10)
    assert bytes(peer.paper) == data


@pytest.mark.expect_warnings
def test_a_restarted_printer_prints_again_without_restarting_the_till(
    opened: PrinterRoom, log: EventLog
) -> None:
    with EscposPeer() as first:
        printer = opened(first.address)
        _ready(log)
        port = first.port
    log.wait(PrinterStatusChanged, lambda e: e.state is PrinterState.OFFLINE)
    with EscposPeer(port) as second:
        wait_ready(printer)
        printer.submit("j2", b"back\n")
        log.wait(JobDone)
        assert bytes(second.paper) == b"back\n"


def test_two_drivers_cannot_share_a_port(peer: EscposPeer, opened: PrinterRoom) -> None:
    opened(peer.address)
    with pytest.raises(Claimed) as refused:
        opened(peer.address, name="r2")
    assert "r1" in refused.value.sentence


@pytest.mark.expect_warnings
def test_a_closed_printer_takes_nothing_and_gives_back_what_waits(
    peer: EscposPeer, opened: PrinterRoom, log: EventLog
) -> None:
    printer = opened(peer.address)
    _ready(log)
    peer.answers_barrier = False
    printer.submit("first", b"x" * 10)
    printer.submit("second", b"y" * 10)
    assert peer.wait_for(lambda: len(peer.paper) == 10)
    printer.close()
    printer.close()
    outcomes = {event.job_id: event.outcome for event in log.all(JobFailed)}
    assert outcomes == {"first": Outcome.UNKNOWN, "second": Outcome.NOT_PRINTED}
    with pytest.raises(Offline):
        printer.submit("third", b"")


@pytest.mark.expect_warnings
def test_the_queue_is_bounded(opened: PrinterRoom, peer: EscposPeer, log: EventLog) -> None:
    printer = opened(peer.address)
    _ready(log)
    peer.answers_barrier = False

    def flood() -> None:
        for number in range(200):
            printer.submit(str(number), b"x")

    with pytest.raises(Busy):
        flood()


def test_a_file_gets_every_job_and_the_proof_says_stored(
    tmp_path: Path, opened: PrinterRoom, log: EventLog
) -> None:
    target = tmp_path / "receipts.bin"
    target.write_bytes(b"before")
    printer = opened(f"file:{target}")
    printer.submit("a", b"A" * 10_000)
    printer.submit("b", b"B")
    done = log.wait_count(JobDone, 2)
    assert [(d.job_id, d.proof) for d in done] == [("a", Proof.STORED), ("b", Proof.STORED)]
    assert target.read_bytes() == b"before" + b"A" * 10_000 + b"B"


@pytest.mark.expect_warnings
def test_a_file_that_cannot_be_opened(tmp_path: Path, opened: PrinterRoom, log: EventLog) -> None:
    opened(f"file:{tmp_path / 'missing' / 'x'}").submit("a", b"A")
    assert log.wait(JobFailed).error.code == "hardware.not_found"


def test_nowhere_takes_everything(opened: PrinterRoom, log: EventLog) -> None:
    opened("null:").submit("a", b"A" * 9000)
    assert log.wait(JobDone).proof is Proof.SENT


def test_a_printer_that_has_printed_all_closes_at_once(opened: PrinterRoom, log: EventLog) -> None:
    printer = opened("null:", timing=PrinterTiming(idle_poll=20.0, drain=20.0))
    printer.submit("a", b"A")
    log.wait(JobDone)
    began = time.monotonic()
    printer.close()
    assert time.monotonic() - began < 10


def test_trouble_is_logged_once_and_so_is_recovery(
    opened: PrinterRoom, log: EventLog, caplog: pytest.LogCaptureFixture
) -> None:
    with EscposPeer() as gone:
        port = gone.port
    with caplog.at_level(logging.INFO, "tillwright.hardware"):
        printer = opened(f"tcp://127.0.0.1:{port}")
        for number in range(3):
            printer.submit(str(number), b"x")
            log.wait_count(JobFailed, number + 1)
        with EscposPeer(port):
            wait_ready(printer)
            printer.close()
    told = [record.getMessage() for record in caplog.records]
    assert sum("is down" in line for line in told) == 1
    assert sum("is back" in line for line in told) == 1


def test_a_receiver_that_fails_does_not_stop_the_printer(
    peer: EscposPeer, caplog: pytest.LogCaptureFixture
) -> None:
    finished = threading.Event()

    def receive(event: object) -> None:
        if isinstance(event, JobDone) and event.job_id == "b":
            finished.set()
        raise RuntimeError("the screen is gone")

    printer = EscposPrinter(
        "r1", parse_address(peer.address), profile=profile_named("epson-80mm"), emit=receive
    )
    printer.open()
    try:
        printer.submit("a", b"A")
        printer.submit("b", b"B")
        assert finished.wait(5)
    finally:
        printer.close()
    assert "a receiver of JobDone failed" in caplog.text
