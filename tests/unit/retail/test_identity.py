from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from secrets import randbits
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.identity import (
    CROCKFORD,
    DocumentNumber,
    Uuid7Source,
    crockford_code,
    normal_crockford,
    parse_document_number,
    series_of,
    unix_ms_of,
    uuid7,
)
from tests.unit.retail.strategies import Refusal

instants = st.integers(0, (1 << 48) - 1)
randoms = st.integers(0, (1 << 74) - 1)


def test_the_example_of_rfc_9562() -> None:
    key = uuid7(0x017F22E279B0, 0xCC3 << 62 | 0x18C4DC0C0C07398F)
    assert key == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


@given(instants, randoms)
def test_version_variant_and_time_stand_in_the_key(ms: int, random: int) -> None:
    key = uuid7(ms, random)
    assert key.version == 7
    assert key.variant == "specified in RFC 4122"
    assert unix_ms_of(key) == ms


@given(st.tuples(instants, randoms), st.tuples(instants, randoms))
def test_keys_sort_by_time_then_by_their_random_bits(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    assert (uuid7(*one) < uuid7(*other)) == (one < other)


@given(st.lists(st.tuples(st.integers(10**12, 10**12 + 5), randoms), min_size=2, max_size=30))
def test_keys_rise_whatever_the_clock_does(ticks: list[tuple[int, int]]) -> None:
    clock, bits = iter(ms for ms, _ in ticks), iter(random for _, random in ticks)
    source = Uuid7Source(lambda: next(clock), lambda _: next(bits))
    keys = [source() for _ in ticks]
    assert keys == sorted(set(keys))
    assert all(key.version == 7 for key in keys)


def test_a_clock_that_steps_back_keeps_the_last_time() -> None:
    clock = iter((2_000, 1_000))
    source = Uuid7Source(lambda: next(clock), lambda _: 5)
    first, second = source(), source()
    assert unix_ms_of(first) == unix_ms_of(second) == 2_000
    assert second.int == first.int + 1


def test_a_clock_that_steps_back_does_not_make_keys_guessable() -> None:
    clock, bits = iter((2_000, 1_000)), iter((5, 77))
    source = Uuid7Source(lambda: next(clock), lambda _: next(bits))
    source()
    assert source() == uuid7(2_000, 77)


def test_random_bits_that_run_over_borrow_the_next_millisecond() -> None:
    source = Uuid7Source(lambda: 2_000, lambda bits: (1 << bits) - 1)
    assert [unix_ms_of(source()) for _ in range(3)] == [2_000, 2_001, 2_001]


def test_threads_never_get_the_same_key() -> None:
    source = Uuid7Source(lambda: 1_000, randbits)
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda _: source(), range(400)))
    assert len(set(keys)) == 400


def test_a_journals_series_is_stable() -> None:
    assert series_of(UUID("01890a5d-ac96-774b-bcce-b302099a8057")) == "QR"
    assert series_of(UUID(int=0)) == "T7"


@given(st.uuids())
def test_a_series_is_two_crockford_characters(jid: UUID) -> None:
    series = series_of(jid)
    assert len(series) == 2
    assert set(series) <= set(CROCKFORD)
    assert series_of(UUID(str(jid))) == series


def test_a_receipt_number_as_printed() -> None:
    number = DocumentNumber("UTR1", 2, "7Q", 41)
    assert str(number) == "UTR1-2-7Q-00000041"
    assert parse_document_number("UTR1-2-7Q-00000041") == number


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=8),
    st.integers(0, 999),
    st.uuids(),
    st.integers(1, 99_999_999),
)
def test_a_printed_number_reads_back(store: str, till: int, jid: UUID, n: int) -> None:
    number = DocumentNumber(store, till, series_of(jid), n)
    assert parse_document_number(str(number)) == number


@pytest.mark.parametrize(
    "text",
    ["", "UTR1-2-7Q-41", "utr1-2-7Q-00000041", "UTR1-2-7Q-0000004١", "UTR1-٢-7Q-00000041", "x\n"],
)
def test_what_is_no_receipt_number(text: str, refused: Refusal) -> None:
    with refused("number.format"):
        parse_document_number(text)


@given(st.integers(0, (1 << 80) - 1), st.integers(1, 4))
def test_a_typed_code_has_groups_of_four(random: int, groups: int) -> None:
    code = crockford_code(random, groups)
    assert [len(group) for group in code.split("-")] == [4] * groups
    assert set(code) <= {*CROCKFORD, "-"}
    assert normal_crockford(code.lower().replace("-", " ")) == code


def test_a_code_holds_all_its_random_bits() -> None:
    assert crockford_code(0) == "0000-0000"
    assert crockford_code(1) == "1000-0000"
    assert crockford_code((1 << 40) - 1) == "ZZZZ-ZZZZ"


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert normal_crockford(" o1il-abcd9 ") == "0111-ABCD-9"
