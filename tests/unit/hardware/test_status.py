from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.errors import Protocol
from hardware.printer import status
from hardware.printer.dialogue import StatusDialogue
from hardware.printer.status import (
    Asb,
    Block,
    Garbage,
    PrinterState,
    Queued,
    RealTime,
    Reply,
    StatusDemultiplexer,
)
from tests.support import hardware_vectors

_VECTORS = hardware_vectors.each("escpos_status.json")
_READERS: dict[str, Callable[[int], Any]] = {
    "DLE_EOT_1": status.online_status,
    "DLE_EOT_2": status.offline_cause,
    "DLE_EOT_3": status.error_cause,
    "DLE_EOT_4": status.paper_status,
    "GS_R_1": status.queued_paper,
}


def _of_kind(*kinds: str) -> list[Any]:
    found = [v for v in _VECTORS if v["expected"]["kind"] in kinds]
    return [pytest.param(v, id=v["id"]) for v in found]


def _fields(vector: Any) -> dict[str, Any]:
    return {key: value for key, value in vector["expected"].items() if key != "kind"}


@pytest.mark.parametrize("vector", _of_kind(*_READERS))
def test_single_byte(vector: Any) -> None:
    (byte,) = bytes.fromhex(vector["bytes_hex"])
    assert asdict(_READERS[vector["expected"]["kind"]](byte)) == _fields(vector)


@pytest.mark.parametrize("vector", _of_kind("GS_R_2"))
def test_drawer_byte(vector: Any) -> None:
    (byte,) = bytes.fromhex(vector["bytes_hex"])
    assert status.queued_drawer(byte) is vector["expected"]["drawer_pin3_high"]


@pytest.mark.parametrize("vector", _of_kind("ASB"))
def test_asb_frame(vector: Any) -> None:
    (asb,) = StatusDemultiplexer().feed(bytes.fromhex(vector["bytes_hex"]))
    assert isinstance(asb, Asb)
    assert asdict(asb) == _fields(vector)


@pytest.mark.parametrize("vector", _of_kind("NOT_STATUS"))
def test_what_is_no_status_is_never_taken_for_one(vector: Any) -> None:
    data = bytes.fromhex(vector["bytes_hex"])
    replies = StatusDemultiplexer().feed(data)
    assert not any(isinstance(reply, RealTime) for reply in replies)
    dialogue = StatusDialogue()
    dialogue.ask(0.0)
    if data:
        dialogue.feed(data, 0.1)
        with pytest.raises(Protocol):
            status.online_status(data[0])
    assert dialogue.waiting


def _shown(reply: Reply, rest: bytes) -> str:
    match reply:
        case Asb():
            flags = [] if reply.online else ["offline"]
            names = ("drawer_pin3_high", "cover_open", "near_end", "paper_out")
            return f"ASB({','.join([*flags, *(n for n in names if getattr(reply, n))])})"
        case RealTime(byte):
            return f"DLE_EOT({byte:02x})"
        case Garbage(data):
            return f"GARBAGE({data.hex(' ')})"
        case Block(0x5F, body):
            return f"GS_I({body.decode()!r})"
        case _:
            return repr((reply, rest))


@pytest.mark.parametrize("split", [1, 2, 100])
@pytest.mark.parametrize("vector", _of_kind("STREAM"))
def test_stream(vector: Any, split: int) -> None:
    data = bytes.fromhex(vector["bytes_hex"])
    demultiplexer = StatusDemultiplexer()
    replies: list[Reply] = []
    for at in range(0, len(data), split):
        replies.extend(demultiplexer.feed(data[at : at + split]))
    shown = [_shown(reply, b"") for reply in status._join_garbage(replies)]
    if demultiplexer.partial:
        shown.append(f"PARTIAL_ASB({len(demultiplexer.partial)})")
    assert shown == vector["expected"]["items"]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("ok", PrinterState.READY),
        ("near_end", PrinterState.PAPER_LOW),
        ("paper_out", PrinterState.PAPER_OUT),
        ("cover_open", PrinterState.COVER_OPEN),
        ("offline", PrinterState.BUSY),
        ("cover+out", PrinterState.COVER_OPEN),
    ],
)
def test_state_from_the_recorded_answers(fault: str, state: PrinterState) -> None:
    recorded = hardware_vectors.read("emupos_status_transcript.json")[fault]
    dialogue = StatusDialogue()
    assert dialogue.state is PrinterState.OFFLINE
    dialogue.ask(0.0)
    dialogue.feed(bytes.fromhex("".join(recorded[f"DLE EOT {n}"] for n in range(1, 5))), 0.1)
    assert not dialogue.waiting
    assert dialogue.state is state
    frame = bytes.fromhex(recorded["ASB GS a 0F"])
    if frame:
        again = StatusDialogue()
        again.feed(frame, 0.1)
        assert again.state is state


def test_a_queued_answer_is_only_taken_when_one_is_due() -> None:
    demultiplexer = StatusDemultiplexer()
    assert demultiplexer.feed(b"\x00") == (Garbage(b"\x00"),)
    demultiplexer.expect_queued()
    assert demultiplexer.feed(b"\x10\x00\x00\x00\x00") == (
        status.read_asb(b"\x10\x00\x00\x00"),
        Queued(0),
    )


def test_half_a_frame_is_dropped_after_half_a_second_of_silence() -> None:
    dialogue = StatusDialogue()
    dialogue.feed(b"\x10\x00", 1.0)
    dialogue.ask(1.2)
    dialogue.feed(b"\x12\x12\x12\x12", 1.7)
    assert dialogue.state is PrinterState.READY


@given(st.binary(max_size=40))
def test_any_bytes_are_taken_apart_without_loss(data: bytes) -> None:
    demultiplexer = StatusDemultiplexer()
    kept = 0
    for reply in demultiplexer.feed(data):
        match reply:
            case Asb():
                kept += 4
            case Garbage(lost):
                kept += len(lost)
            case Block(_, body):
                kept += len(body) + 2
            case _:
                kept += 1
    assert kept + len(demultiplexer.partial) == len(data)
