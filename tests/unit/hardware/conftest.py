from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.escpos_peer import EscposPeer
from tests.support.event_log import EventLog
from tests.support.hardware_vectors import FOLDER
from tests.support.printers import PrinterRoom


@pytest.fixture
def log() -> EventLog:
    return EventLog()


@pytest.fixture
def peer() -> Iterator[EscposPeer]:
    with EscposPeer() as printer:
        yield printer


@pytest.fixture
def opened(log: EventLog) -> Iterator[PrinterRoom]:
    room = PrinterRoom(log)
    yield room
    room.close()


@pytest.fixture(scope="session")
def golden() -> Path:
    return FOLDER / "golden"


@pytest.fixture(scope="session")
def fonts_folder() -> Path:
    return Path(__file__).resolve().parents[3] / "resources" / "vendor" / "fonts"
