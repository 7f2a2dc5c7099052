from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.__main__ import main
from hardware.events import WeightRead
from hardware.fake.scale import Plate
from hardware.ports import Scale
from hardware.registry import DeviceOptions, scale_from
from hardware.scale.reading import Reading, ScaleStatus
from hardware.scale.toledo8217 import ASK, ECHO, Frames, is_echo
from hardware.station import Station
from tests.support.event_log import EventLog
from tests.support.hardware_vectors import each

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
VECTORS = [v for v in each("scale_exchanges.json") if "probe" not in v["expected"]]
(PROBE,) = (v for v in each("scale_exchanges.json") if "probe" in v["expected"])


class Far:
    """The far end of a pseudo terminal: it answers every question with the same bytes."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.device = os.ttyname(slave)
        self._slave = slave
        self.answer = b""
        self.asked = 0
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            ready, _, _ = select.select([self.master, self._stop], [], [])
            if self._stop in ready:
                return
            asked = os.read(self.master, 64).count(ASK)
            self.asked += asked
            if self.answer:
                os.write(self.master, self.answer * asked)

    def close(self) -> None:
        os.write(self._stopped, b"x")
        self._thread.join(5)
        for end in (self.master, self._slave, self._stop, self._stopped):
            os.close(end)


@pytest.fixture
def far() -> Iterator[Far]:
    end = Far()
    yield end
    end.close()


@pytest.fixture
def scale(far: Far, log: EventLog) -> Iterator[Scale]:
    device = scale_from(DeviceOptions("scale1", {"address": f"serial://{far.device}"}), log)
    device.open()
    yield device
    device.close()


def _bytes(vector: dict[str, Any]) -> bytes:
    return bytes.fromhex(vector["device_rx_hex"])


def _read(data: bytes) -> list[Reading]:
    return list(Frames().feed(data, AT))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: str(v["id"]))
def test_a_scale_on_a_line_reads_as_the_vectors_say(
    vector: dict[str, Any], far: Far, scale: Scale, log: EventLog
) -> None:
    assert bytes.fromhex(vector["host_tx_hex"]) == ASK
    far.answer, expected = _bytes(vector), vector["expected"]
    scale.watch()
    reading = log.wait(WeightRead).reading
    if not expected["ok"]:
        assert reading.net is None, "an error is no weight"
        assert not reading.stable
        told = {reading.status.value} | ({"net"} if reading.tared else set())
        assert told == set(expected["status"])
        return
    kilograms, _, thousandths = expected["weight"].partition(".")
    assert reading.net == int(kilograms) * 1000 + int(thousandths)
    assert (reading.stable, reading.tared) == (expected["stable"], expected["net"])
    assert reading.parity_lost == (expected.get("warning") == "parity_mismatch")


def test_the_echo_of_the_vectors_is_known() -> None:
    assert bytes.fromhex(PROBE["host_tx_hex"]) == ECHO
    assert is_echo(_bytes(PROBE))
    assert not is_echo(b"\x0201.250\r")


def test_three_questions_without_an_answer_are_a_scale_that_is_gone(
    far: Far, scale: Scale, log: EventLog
) -> None:
    scale.watch()
    log.wait(WeightRead, lambda e: e.reading.status is ScaleStatus.OFFLINE)
    far.answer = b"\x0200.842\r"
    assert log.wait(WeightRead, lambda e: e.reading.net is not None).reading.net == 842
    told = [e.reading.status for e in log.all(WeightRead)]
    assert told[:3] == [ScaleStatus.TIMEOUT, ScaleStatus.TIMEOUT, ScaleStatus.OFFLINE]


def test_the_same_weight_again_is_a_weight(far: Far, scale: Scale, log: EventLog) -> None:
    far.answer = b"\x0200.842\r"
    scale.watch()
    assert {e.reading.net for e in log.wait_count(WeightRead, 3)} == {842}
    scale.rest()
    before = len(log.all(WeightRead))
    scale.watch()
    again = log.wait_count(WeightRead, before + 2)
    assert {e.reading.net for e in again} == {842}


def test_nobody_is_asked_while_nobody_weighs(far: Far, scale: Scale, log: EventLog) -> None:
    far.answer = b"\x0200.842\r"
    scale.watch()
    log.wait_count(WeightRead, 2)
    scale.close()
    scale.rest()
    asked = far.asked
    scale.open()
    assert far.asked == asked
    assert asked <= 4, "five questions a second at most"


@pytest.mark.expect_warnings
def test_a_scale_that_is_not_there_says_so_and_comes_back(log: EventLog, tmp_path: Path) -> None:
    link = tmp_path / "scale"
    device = scale_from(DeviceOptions("scale1", {"address": f"serial://{link}"}), log)
    device.open()
    far = Far()
    try:
        device.watch()
        assert log.wait(WeightRead).reading.status is ScaleStatus.OFFLINE
        far.answer = b"\x0201.250\r"
        link.symlink_to(far.device)
        device.watch()
        found = log.wait(WeightRead, lambda e: e.reading.net is not None)
        assert found.reading.net == 1250
    finally:
        device.close()
        far.close()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x02?\x02\r", ScaleStatus.OVER),
        (b"\x02?\x0d\r", ScaleStatus.UNDER_ZERO),
        (b"\x02?\x50\r", ScaleStatus.EMPTY),
        (b"\x02?\x43\r", ScaleStatus.OVER),
        (b"\x02?\x40\r", ScaleStatus.FRAMING),
        (b"\x02?\x41\x41", ScaleStatus.FRAMING),
        (b"\x0201.25\r", ScaleStatus.FRAMING),
        (b"\x02-1.250\r", ScaleStatus.FRAMING),
        (b"\x0201.250KG\r", ScaleStatus.FRAMING),
        (b"\x02" + b"9" * 40, ScaleStatus.FRAMING),
    ],
)
def test_what_is_no_weight_has_a_name_and_no_figure(data: bytes, status: ScaleStatus) -> None:
    (reading,) = _read(data)
    assert (reading.status, reading.net) == (status, None)


@given(st.integers(0, 99_999), st.booleans(), st.binary(max_size=5), st.integers(1, 9))
def test_a_weight_reads_however_its_bytes_arrive(
    grams: int, tared: bool, noise: bytes, size: int
) -> None:
    before = bytes(byte for byte in noise if byte & 0x7F != 0x02)
    data = before + f"\x02{grams // 1000:02d}.{grams % 1000:03d}{'N' * tared}\r".encode()
    frames = Frames()
    found = [r for at in range(0, len(data), size) for r in frames.feed(data[at : at + size], AT)]
    assert [(r.net, r.stable, r.tared) for r in found] == [(grams, True, tared)]
    assert not frames.pending


@given(st.binary(max_size=40))
def test_no_bytes_make_a_weight_that_is_not_written_there(data: bytes) -> None:
    seven = bytes(byte & 0x7F for byte in data)
    for reading in _read(data):
        if reading.net is not None:
            written = f"{reading.net // 1000}.{reading.net % 1000:03d}".encode()
            assert written in seven


def test_a_file_is_a_scale(tmp_path: Path, log: EventLog) -> None:
    plate = tmp_path / "plate"
    config = {"scale1": {"kind": "scale", "address": f"fake:{plate}"}}
    with Station(config, log) as station:
        device = station.scale
        assert device is not None
        device.watch()
        assert log.wait(WeightRead).reading.net == 0, "an empty plate"
        plate.write_text("1.250\n")
        assert log.wait(WeightRead, lambda e: e.reading.net == 1250).reading.stable
        plate.write_text("moving")
        log.wait(WeightRead, lambda e: e.reading.status is ScaleStatus.MOTION)
        plate.write_text("over")
        log.wait(WeightRead, lambda e: e.reading.status is ScaleStatus.OVER)
        plate.write_text("under")
        log.wait(WeightRead, lambda e: e.reading.status is ScaleStatus.UNDER_ZERO)
        plate.write_text("0.800 net")
        assert log.wait(WeightRead, lambda e: e.reading.net == 800).reading.tared
        plate.write_text("off")
        log.wait(WeightRead, lambda e: e.reading.status is ScaleStatus.TIMEOUT)


def test_nonsense_on_the_plate_is_no_answer(tmp_path: Path) -> None:
    plate = tmp_path / "plate"
    plate.write_bytes(b"\xff")
    line = Plate(plate)
    try:
        line.send(ASK, 1)
        assert line.receive(1) == b"\x0200.000\r"
        plate.write_text("12 apples")
        line.send(ASK, 1)
        line.wake()
        assert line.receive(1) == b""
    finally:
        line.close()


def test_the_command_line_asks_a_scale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plate = tmp_path / "plate"
    plate.write_text("0.842")
    assert main(["weigh", f"fake:{plate}", "--text"]) == 0
    assert "net=842" in capsys.readouterr().out
    plate.write_text("over")
    assert main(["weigh", f"fake:{plate}", "--text"]) == 1
    assert "over_capacity" in capsys.readouterr().out
    assert main(["weigh", "tcp://10.0.0.9"]) == 2
