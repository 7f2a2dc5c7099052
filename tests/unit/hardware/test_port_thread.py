from __future__ import annotations

import logging
import threading

import pytest

from hardware.errors import Busy, HardwareError, NotFound, Offline
from hardware.port_thread import Backoff, CommandQueue, PortThread
from hardware.transport import Transport, Waker


class Wire:
    """A transport that delivers what the test puts in, or breaks."""

    answers = True
    durable = False

    def __init__(self) -> None:
        self._waker = Waker()
        self.broken = False
        self.closed = threading.Event()

    def send(self, data: bytes, timeout: float) -> int:
        del timeout
        return len(data)

    def receive(self, timeout: float) -> bytes:
        self._waker.wait(timeout)
        if self.broken:
            raise Offline("The wire broke.")
        return b""

    def sync(self) -> None:
        return

    def wake(self) -> None:
        self._waker.set()

    def close(self) -> None:
        self._waker.close()
        self.closed.set()


class Client:
    def __init__(self) -> None:
        self.opened_with: list[Transport] = []
        self.problems: list[HardwareError] = []
        self.threads: set[str] = set()
        self.changed = threading.Condition()
        self.defect = False

    def opened(self, link: Transport) -> None:
        self._note()
        with self.changed:
            self.opened_with.append(link)
            self.changed.notify_all()

    def received(self, data: bytes) -> None:
        del data
        self._note()

    def step(self, link: Transport) -> float:
        del link
        self._note()
        if self.defect:
            self.defect = False
            raise ZeroDivisionError
        return 60

    def lost(self, problem: HardwareError) -> None:
        self._note()
        with self.changed:
            self.problems.append(problem)
            self.changed.notify_all()

    def _note(self) -> None:
        self.threads.add(threading.current_thread().name)

    def wait_opened(self, times: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: len(self.opened_with) >= times, 5)

    def wait_problems(self, times: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: len(self.problems) >= times, 5)


def test_everything_happens_on_one_thread_and_stopping_closes_the_handle() -> None:
    client, wire = Client(), Wire()
    port = PortThread("d", "port-a", connect=lambda: wire, client=client)
    port.start()
    port.start()
    assert client.wait_opened(1)
    port.wake()
    port.stop()
    port.stop()
    assert wire.closed.is_set()
    assert client.threads == {"port-d"}
    assert not port.running


@pytest.mark.expect_warnings
def test_a_broken_connection_is_opened_again() -> None:
    client, wires = Client(), [Wire(), Wire()]
    left = list(wires)
    port = PortThread(
        "d",
        "port-b",
        connect=lambda: left.pop(0),
        client=client,
        backoff=Backoff(first=0.01, limit=0.02),
    )
    port.start()
    try:
        assert client.wait_opened(1)
        wires[0].broken = True
        port.wake()
        assert client.wait_opened(2)
        assert isinstance(client.problems[0], Offline)
        assert wires[0].closed.is_set()
    finally:
        port.stop()


def test_a_defect_in_a_driver_is_logged_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    client.defect = True
    port = PortThread(
        "d", "port-c", connect=Wire, client=client, backoff=Backoff(first=0.01, limit=0.02)
    )
    port.start()
    assert client.wait_opened(2)
    port.stop()
    assert "the driver of d failed" in caplog.text


@pytest.mark.expect_warnings
def test_waking_cuts_the_wait_for_the_next_attempt_short() -> None:
    client = Client()

    def refuse() -> Transport:
        raise NotFound("Nothing there.")

    port = PortThread(
        "d", "port-e", connect=refuse, client=client, backoff=Backoff(first=600, limit=600)
    )
    port.start()
    assert client.wait_problems(1)
    port.wake()
    assert client.wait_problems(2)
    port.stop()


def test_trouble_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()

    def refuse() -> Transport:
        raise NotFound("Nothing there.")

    port = PortThread(
        "d", "port-f", connect=refuse, client=client, backoff=Backoff(first=0.001, limit=0.002)
    )
    with caplog.at_level(logging.INFO, "tillwright.hardware"):
        port.start()
        assert client.wait_problems(5)
        port.stop()
    assert [r.getMessage() for r in caplog.records] == ["d is down: Nothing there."]


def test_backoff_doubles_up_to_half_a_minute_with_jitter() -> None:
    backoff = Backoff()
    for attempt, base in enumerate([0.5, 1, 2, 4, 8, 16, 30, 30, 30], start=1):
        delays = {backoff.delay(attempt) for _ in range(20)}
        assert all(0.8 * base <= delay <= 1.2 * base for delay in delays)
        assert len(delays) > 1
    assert backoff.delay(10_000) <= 36


def test_the_queue_has_two_bounded_lanes() -> None:
    queue: CommandQueue[str] = CommandQueue(limit=2)
    queue.put("a", "b")
    with pytest.raises(Busy):
        queue.put("c")
    queue.put("now", urgent=True)
    assert queue.take() == "a"
    assert queue.peek_urgent() == queue.take_urgent() == "now"
    assert queue.take_urgent() is None
    queue.put("later", urgent=True)
    assert queue.drain() == ["later", "b"]
    assert not queue
    assert queue.take() is None
