from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.contract import envelope
from retail.contract.envelope import (
    HelloRequest,
    JournalHead,
    Problem,
    StreamRow,
    StreamTail,
    StreamVector,
    request_signature,
    signature_matches,
    signing_key,
)

MESSAGES = [
    value
    for value in vars(envelope).values()
    if isinstance(value, type) and issubclass(value, msgspec.Struct)
]


def sign(key: bytes = b"key", method: str = "POST", path: str = "/push?x=1", **parts: str) -> str:
    fields = {"stamp": "1790000000", "nonce": "N1", "body_sha256": "00" * 32}
    return request_signature(key, method, path, **(fields | parts))


def test_a_signature_is_fixed() -> None:
    assert sign() == "981007a4dc4a5e774f72e4efb7573a215b986f38a7900448154e1f463fe0c977"
    assert (
        signing_key(b"secret").hex()
        == "6feafbc1711776830589aff894946a2896c4d023b4913d3a4f97ead6670ce511"
    )


@pytest.mark.parametrize(
    "other",
    [
        sign(b"another key"),
        sign(method="GET"),
        sign(path="/push?x=2"),
        sign(stamp="1790000001"),
        sign(nonce="N2"),
        sign(body_sha256="01" * 32),
    ],
)
def test_every_part_of_a_request_is_signed(other: str) -> None:
    assert not signature_matches(sign(), other)


@given(st.binary(), st.text("abc/?=&"), st.text("0123456789"))
def test_the_same_request_has_the_same_signature(key: bytes, path: str, stamp: str) -> None:
    one, two = (sign(key, "POST", path, stamp=stamp) for _ in range(2))
    assert signature_matches(one, two)
    assert len(one) == 64


def test_a_signature_of_any_text_is_only_wrong() -> None:
    assert not signature_matches(sign(), "")
    assert not signature_matches(sign(), "é")


@given(st.binary(), st.binary())
def test_a_key_is_that_of_its_secret(one: bytes, other: bytes) -> None:
    assert len(signing_key(one)) == 32
    assert (signing_key(one) == signing_key(other)) == (one == other)
    assert signing_key(one) != one


@given(st.sampled_from(MESSAGES).flatmap(st.from_type))
def test_any_message_reads_back_equal(message: msgspec.Struct) -> None:
    written = msgspec.json.encode(message)
    assert msgspec.json.decode(written, type=type(message)) == message


def test_a_problem_says_no_more_than_it_knows() -> None:
    problem = Problem(code="replayed", message="The request came twice; nothing changed.")
    assert msgspec.json.encode(problem) == (
        b'{"code":"replayed","message":"The request came twice; nothing changed."}'
    )


def test_a_hello_of_a_newer_till_is_understood() -> None:
    hello = HelloRequest(
        oldest_protocol=1,
        protocol=2,
        hq_id=UUID(int=1),
        incarnation_seen=1,
        nonce="N1",
        journals=(JournalHead(jid=UUID(int=2), seq=7, hash="00"),),
        streams=(StreamVector(stream="catalogue", generation=1, seq=9),),
        clock_us=0,
        queued=0,
        oldest_queued_us=0,
        app_version="0.2.0",
    )
    newer = msgspec.json.encode(hello)[:-1] + b',"mood":"good"}'
    assert msgspec.json.decode(newer, type=HelloRequest) == hello


def test_a_deleted_row_has_no_body() -> None:
    row = StreamRow(seq=9, entity="price", key="NL/MILK/1000/0", op="del", ver=3)
    tail = StreamTail(stream="catalogue", generation=1, head=9, chain="00", rows=(row,))
    assert b"body" not in msgspec.json.encode(tail)
