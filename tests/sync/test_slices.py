"""Rows of a down-stream are checked before the first of them is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as altered

import msgspec
import pytest

from pos_app.sync.staging import SLICE, Position, tail_slices
from retail.contract.codec import GENESIS, row_chain
from retail.contract.envelope import StreamRow, StreamTail
from retail.contract.reference import PriceRow, Row, key_of
from retail.errors import RetailError


def tail_of(rows: Iterable[Row], after: int = 0, chain: bytes = GENESIS) -> StreamTail:
    made: list[StreamRow] = []
    for seq, row in enumerate(rows, after + 1):
        body = msgspec.json.encode(row).decode()
        made.append(
            StreamRow(seq=seq, entity="price", key=key_of(row), op="put", ver=seq, body=body)
        )
        words = ("price", key_of(row), "put", body)
        chain = row_chain(chain, tuple(word.encode() for word in words))
    head = made[-1].seq if made else after
    return StreamTail(stream="s", generation=1, head=head, chain=chain.hex(), rows=tuple(made))


def prices(count: int, minor: int = 1) -> list[PriceRow]:
    return [PriceRow(zone="NL", sku=f"Q{n}", minor=minor) for n in range(count)]


START = Position(1, 0, GENESIS, 0)


def test_a_tail_is_cut_into_small_slices() -> None:
    cut = list(tail_slices(START, tail_of(prices(1_201))))
    assert [len(part.rows) for part in cut] == [1_000, 201]
    assert cut[-1].cursor == (1_201, bytes.fromhex(tail_of(prices(1_201)).chain))
    assert SLICE == 1_000


def broken_tails() -> dict[str, tuple[str, StreamTail]]:
    good = tail_of(prices(1_000))
    rows = list(good.rows)

    def with_rows(*new: StreamRow) -> StreamTail:
        return msgspec.structs.replace(good, rows=new)

    flipped = msgspec.structs.replace(rows[700], body=rows[700].body.replace("1", "2"))
    return {
        "missing in the middle": ("stream.gap", with_rows(*rows[:500], *rows[501:])),
        "missing at the start": ("stream.gap", with_rows(*rows[1:])),
        "missing at the end": ("stream.chain", with_rows(*rows[:-1])),
        "swapped": ("stream.gap", with_rows(rows[1], rows[0], *rows[2:])),
        "doubled": ("stream.gap", with_rows(rows[0], *rows)),
        "changed": ("stream.chain", with_rows(*rows[:700], flipped, *rows[701:])),
        "another key": (
            "stream.chain",
            with_rows(msgspec.structs.replace(rows[0], key="k"), *rows[1:]),
        ),
        "another deed": (
            "stream.chain",
            with_rows(msgspec.structs.replace(rows[0], op="del"), *rows[1:]),
        ),
        "another chain": ("stream.chain", msgspec.structs.replace(good, chain="00")),
        "empty": ("stream.gap", with_rows()),
    }


@pytest.mark.parametrize("damage", broken_tails())
def test_a_damaged_tail_is_refused_before_its_first_row(damage: str) -> None:
    code, tail = broken_tails()[damage]
    parts = tail_slices(START, tail)
    with pytest.raises(RetailError) as told:
        next(parts)
    assert told.value.code == code


def test_rows_after_another_past_are_refused() -> None:
    first = tail_of(prices(10))
    rest = tail_of(prices(5), after=10, chain=bytes.fromhex(first.chain))
    at = altered(START, staged_seq=10, chain=bytes.fromhex(first.chain))
    assert len(list(tail_slices(at, rest))) == 1
    with pytest.raises(RetailError):
        list(tail_slices(altered(at, chain=bytes(32)), rest))
