from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.contract.codec import (
    GENESIS,
    OPAQUE,
    Entry,
    Side,
    canonical,
    chain_hash,
    entry_bytes,
    merkle_leaf,
    read_entry,
    row_chain,
    side_hash,
)
from retail.contract.wire import OpaquePlace, batch_lines, from_wire, to_opaque_wire, to_wire
from retail.errors import RetailError
from tests.unit.retail.strategies import Refusal

SALE = Entry(
    jid=UUID(int=1),
    seq=7,
    rid=UUID(int=2),
    type="sale.closed",
    sv=1,
    at_us=1_790_000_000_000_000,
    mono_ms=123_456,
    boot_id=UUID(int=3),
    zone="Europe/Amsterdam",
    tz_minutes=120,
    business_date=date(2026, 9, 21),
    store="UTR1",
    shift=UUID(int=4),
    body=b'{"total":1250}',
)
SIDE = Side(b"salt", b"data")
WIRE = (
    b'{"at":1790000000000000,"b":{"total":1250},"boot":"00000000-0000-0000-0000-000000000003",'
    b'"d":"2026-09-21","m":123456,"o":120,"p":{"data":"ZGF0YQ==","salt":"c2FsdA=="},'
    b'"r":"00000000-0000-0000-0000-000000000002","s":7,'
    b'"sh":"00000000-0000-0000-0000-000000000004","st":"UTR1","t":"sale.closed","v":1,'
    b'"z":"Europe/Amsterdam"}'
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def entries(bodies: st.SearchStrategy[bytes]) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        jid=st.uuids(),
        seq=st.integers(1, 2**63 - 1),
        rid=st.uuids(),
        # An opaque entry is its body, and tried on its own.
        type=texts.filter(lambda name: name != OPAQUE),
        sv=st.integers(0, 2**32 - 1),
        at_us=st.integers(-(2**63), 2**63 - 1),
        mono_ms=st.integers(0, 2**63 - 1),
        boot_id=st.uuids(),
        zone=texts,
        tz_minutes=st.integers(-900, 900),
        business_date=st.dates(),
        store=texts,
        shift=st.none() | st.uuids(),
        body=bodies,
    )


any_entries = entries(st.binary(max_size=60))
json_entries = entries(json_values.map(canonical))


def test_the_format_of_an_entry_is_fixed() -> None:
    fields = (
        UUID(int=1).bytes,
        bytes.fromhex("0000000000000007"),
        UUID(int=2).bytes,
        b"sale.closed",
        bytes.fromhex("00000001"),
        bytes.fromhex("00065bfeda25e000"),
        bytes.fromhex("000000000001e240"),
        UUID(int=3).bytes,
        b"Europe/Amsterdam",
        bytes.fromhex("00000078"),
        b"2026-09-21",
        b"UTR1\0" + UUID(int=4).bytes,
        b'{"total":1250}',
    )
    expected = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    assert entry_bytes(SALE) == expected


def test_the_hashes_of_the_format_are_fixed() -> None:
    first = chain_hash(GENESIS, entry_bytes(SALE))
    second = chain_hash(first, entry_bytes(replace(SALE, seq=8, shift=None)))
    assert first.hex() == "80feacd08297be52a46f500d1807a057f4fdb26a5b03f2fc9e6d48ab9e795e12"
    assert second.hex() == "6888ebae88ef6789ab98bfcea03175a54d5fe8e7b962dd19b995852f353373da"
    assert (
        merkle_leaf(SALE.rid, SALE.body).hex()
        == "17ed08dd9a0ef9e683c69049feb42dcb6f0a1f191a6096f58ad447ffcbcfc2c0"
    )
    assert (
        side_hash(SIDE).hex() == "418e1555fc77064e56cc3b872f826b87245374c337fecc5b625664ef118c9ab7"
    )
    assert (
        row_chain(GENESIS, [b"a", b"bc"]).hex()
        == "75224848922eed77090ebcb1ea4d05063fb4b8d27a385ddf192f762d9dfe3b70"
    )


def test_the_hashes_are_what_the_contract_says() -> None:
    entry = entry_bytes(SALE)
    assert chain_hash(GENESIS, entry) == sha256(bytes(32) + entry).digest()
    assert (
        merkle_leaf(SALE.rid, SALE.body) == sha256(b"\0" + UUID(int=2).bytes + SALE.body).digest()
    )
    assert side_hash(SIDE) == sha256(b"saltdata").digest()


def test_a_receipts_proof_does_not_depend_on_its_place_in_a_journal() -> None:
    again = replace(SALE, jid=UUID(int=9), seq=1, shift=None)
    assert merkle_leaf(again.rid, again.body) == merkle_leaf(SALE.rid, SALE.body)
    assert entry_bytes(again) != entry_bytes(SALE)


@given(any_entries)
def test_an_entry_reads_back_equal(entry: Entry) -> None:
    assert read_entry(entry_bytes(entry)) == entry


@given(any_entries, any_entries)
def test_two_entries_never_have_the_same_bytes(one: Entry, other: Entry) -> None:
    assert (entry_bytes(one) == entry_bytes(other)) == (one == other)


@given(any_entries, st.data())
def test_any_changed_byte_is_noticed(entry: Entry, data: st.DataObject) -> None:
    good = entry_bytes(entry)
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(1, 255))
    assert chain_hash(GENESIS, bytes(bad)) != chain_hash(GENESIS, good)
    try:
        read = read_entry(bytes(bad))
    except RetailError as problem:
        assert problem.code == "entry.bytes"  # noqa: PT017 - or it is another entry
    else:
        assert read != entry
        assert entry_bytes(read) == bytes(bad)


@given(any_entries, st.integers(1, 300))
def test_a_cut_or_prolonged_entry_is_refused(entry: Entry, count: int) -> None:
    good = entry_bytes(entry)
    for bad in (good[: -min(count, len(good))], good + bytes(count)):
        with pytest.raises(RetailError, match="no journal entry"):
            read_entry(bad)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(RetailError, match="no journal entry"):
        read_entry(data)


def test_another_spelling_of_the_same_date_is_refused(refused: Refusal) -> None:
    good = entry_bytes(SALE)
    spelt = good.replace(b"\0\0\0\x0a2026-09-21", b"\0\0\0\x0820260921")
    assert spelt != good
    with refused("entry.bytes"):
        read_entry(spelt)


def test_a_number_that_is_too_long_is_refused(refused: Refusal) -> None:
    seq = (7).to_bytes(8, "big")
    long = entry_bytes(SALE).replace(b"\0\0\0\x08" + seq, b"\0\0\0\x09\x01" + seq, 1)
    with refused("entry.bytes"):
        read_entry(long)


def test_a_store_cannot_hold_what_ends_it(refused: Refusal) -> None:
    with refused("entry.store"):
        entry_bytes(replace(SALE, store="UTR1\0"))


@given(st.binary(min_size=32, max_size=32), st.lists(any_entries, min_size=2, max_size=4))
def test_a_chain_depends_on_every_entry_and_their_order(start: bytes, chain: list[Entry]) -> None:
    def head(parts: list[Entry]) -> bytes:
        now = start
        for part in parts:
            now = chain_hash(now, entry_bytes(part))
        return now

    assert head(chain[1:]) != head(chain)
    assert (head(chain[::-1]) == head(chain)) == (chain[::-1] == chain)


def test_a_line_on_the_wire() -> None:
    assert to_wire(SALE, SIDE) == WIRE


def test_a_line_says_nothing_of_what_is_not_there() -> None:
    fields = json.loads(to_wire(replace(SALE, shift=None)))
    assert not {"sh", "p"} & set(fields)
    assert fields["b"] == {"total": 1250}


@given(json_entries, st.none() | st.builds(Side, st.binary(), st.binary()))
def test_a_line_reads_back_equal_with_the_bodys_very_bytes(entry: Entry, side: Side | None) -> None:
    line = to_wire(entry, side)
    assert b"\n" not in line
    back, back_side = from_wire(entry.jid, line)
    assert (back, back_side) == (entry, side)
    assert back.body == entry.body
    assert entry_bytes(back) == entry_bytes(entry)


@pytest.mark.parametrize("body", [b'{ "b": 1,\t"a": 2 }', b'{"a":1e2,"a":2}', b'"\\u00e9"', b"0"])
def test_a_body_is_not_written_anew_on_the_way(body: bytes) -> None:
    entry = replace(SALE, body=body)
    assert from_wire(entry.jid, to_wire(entry))[0].body == body


def test_fields_of_a_newer_till_are_ignored() -> None:
    newer = to_wire(SALE)[:-1] + b',"zz":{"new":[1,2]}}'
    assert from_wire(SALE.jid, newer) == (SALE, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"s":7', b'"s":0'),
        (b'"s":7', b'"s":-7'),
        (b'"s":7', b'"s":7.5'),
        (b'"s":7', b'"s":18446744073709551616'),
        (b'"s":7,', b""),
        (b'"v":1', b'"v":4294967296'),
        (b'"m":123456', b'"m":-1'),
        (b'"at":1790000000000000', b'"at":9223372036854775808'),
        (b'"o":120', b'"o":2147483648'),
        (b"2026-09-21", b"2026-09-31"),
        (b'"UTR1"', b'"UTR1\\u0000"'),
        (b'"UTR1"', b'"\xff"'),
        (b'"UTR1"', b'"\\ud800"'),
        (b'{"total":1250}', b'{"total":}'),
        (b'{"total":1250}', b"[" * 100_000),
        (b"{", b"["),
        (b"}", b""),
    ],
)
def test_a_line_that_is_no_entry_is_refused(old: bytes, new: bytes, refused: Refusal) -> None:
    line = to_wire(SALE)
    assert old in line
    with refused("wire.entry"):
        from_wire(SALE.jid, line.replace(old, new))


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_line_breaks_the_reader(line: bytes) -> None:
    with pytest.raises(RetailError, match="no journal entry"):
        from_wire(SALE.jid, line)


@given(json_entries, st.data())
def test_what_a_damaged_line_lets_through_is_still_an_entry(
    entry: Entry, data: st.DataObject
) -> None:
    line = bytearray(to_wire(entry))
    line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    try:
        read, _ = from_wire(entry.jid, bytes(line))
    except RetailError as problem:
        assert problem.code == "wire.entry"  # noqa: PT017 - or it is an entry
    else:
        assert read_entry(entry_bytes(read)) == read


@given(json_values)
def test_canonical_json_is_the_plain_sorted_one(value: object) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(msgspec.json.decode(written)) == written


def test_equal_values_have_equal_bytes() -> None:
    assert canonical({"b": 1, "a": [2, "é"]}) == canonical({"a": [2, "é"], "b": 1})
    assert canonical({"b": 1, "a": [2, "é"]}) == '{"a":[2,"é"],"b":1}'.encode()


def test_a_batch_is_one_line_each() -> None:
    assert batch_lines([b"{}", b"[]"]) == b"{}\n[]\n"
    assert batch_lines([]) == b""


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=5), st.data())
def test_a_down_streams_chain_knows_where_its_parts_end(
    parts: list[bytes], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(parts) - 1))
    cut = data.draw(st.integers(0, len(parts[at])))
    split = [*parts[:at], parts[at][:cut], parts[at][cut:], *parts[at + 1 :]]
    assert row_chain(GENESIS, split) != row_chain(GENESIS, parts)
    assert row_chain(sha256(GENESIS).digest(), parts) != row_chain(GENESIS, parts)


@given(st.binary(max_size=80))
def test_any_bytes_travel_opaque_and_chain_as_they_are(data: bytes) -> None:
    place = OpaquePlace(SALE.seq, SALE.rid, SALE.at_us, SALE.business_date)
    entry, side = from_wire(SALE.jid, to_opaque_wire(place, data))
    assert (entry.type, entry.seq, entry.rid, side) == (OPAQUE, SALE.seq, SALE.rid, None)
    assert entry_bytes(entry) == data


def test_an_opaque_line_without_bytes_is_refused(refused: Refusal) -> None:
    place = OpaquePlace(SALE.seq, SALE.rid, SALE.at_us, SALE.business_date)
    line = to_opaque_wire(place, b"").replace(b'"b":""', b'"b":{}')
    with refused("wire.entry"):
        from_wire(SALE.jid, line)
