"""Hashes of rows, and the XOR of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retail.contract.codec import row_chain
from retail.contract.manifest import digest_text, row_hash

_words = st.text(max_size=8)


@given(_words, _words, _words)
def test_a_hash_fits_a_databases_signed_integer(entity: str, key: str, body: str) -> None:
    assert -(1 << 63) <= row_hash(entity, key, body) < 1 << 63


@given(_words, _words, _words)
def test_a_hash_is_that_of_a_chain_that_begins_with_the_row(
    entity: str, key: str, body: str
) -> None:
    digest = row_chain(b"", tuple(word.encode() for word in (entity, key, body)))
    assert row_hash(entity, key, body) == int.from_bytes(digest[:8], "big", signed=True)


def test_where_a_word_ends_matters() -> None:
    assert len({row_hash("ab", "c", ""), row_hash("a", "bc", ""), row_hash("a", "b", "c")}) == 3


def test_a_digest_is_sixteen_digits_whatever_its_sign() -> None:
    assert [digest_text(n) for n in (0, 1, -1)] == ["0" * 16, "0" * 15 + "1", "f" * 16]


@given(st.lists(st.tuples(_words, _words, _words), max_size=6))
def test_a_digest_does_not_depend_on_the_order(
    rows: list[tuple[str, str, str]],
) -> None:
    def digest(some: list[tuple[str, str, str]]) -> int:
        found = 0
        for row in some:
            found ^= row_hash(*row)
        return found

    assert digest(rows) == digest(list(reversed(rows)))
