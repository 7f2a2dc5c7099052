"""Answers say what they answer, so that no till takes an old or damaged one for its own."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import httpx2

from retail.contract.envelope import ANSWERED, DIGEST
from tests.backoffice.conftest import Office
from tests.support.wire_till import WireJournal, WireTill


def test_an_answer_names_its_request_and_hashes_its_body(wire: WireTill) -> None:
    asks: tuple[Callable[[], httpx2.Response], ...] = (
        wire.hello,
        lambda: wire.push(WireJournal().sell_many(1)),
        lambda: wire.hello(nonce="older than the previous"),
    )
    for ask in asks:
        answer = ask()
        assert answer.headers[ANSWERED] == wire.requests[-1]["x-tillwright-nonce"]
        assert answer.headers[DIGEST] == sha256(answer.content).hexdigest()


def test_pages_for_people_carry_neither(office: Office) -> None:
    answer = office.client.get("/login")
    assert ANSWERED not in answer.headers
    assert DIGEST not in answer.headers
