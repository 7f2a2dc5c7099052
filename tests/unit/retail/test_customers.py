from __future__ import annotations

import pytest

from retail.customers import Way, customer_lookup

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("way", "one", "other"),
    [
        (Way.CARD, "9000 0000-12", "9000000012"),
        (Way.CARD, "ab-12", "AB12"),
        (Way.PHONE, "+31 6 5550 0001", "06-55500001"),
        (Way.PHONE, "0031655500001", "655500001"),
        (Way.EMAIL, " Anna.Li@Example.com", "anna.li@example.com"),
    ],
)
def test_what_people_write_differently_is_found_alike(way: Way, one: str, other: str) -> None:
    assert customer_lookup(KEY, way, one) == customer_lookup(KEY, way, other) != ""


def test_a_lookup_tells_nothing_and_depends_on_the_key_and_the_way() -> None:
    texts = [customer_lookup(key, way, "612345678") for key in (KEY, b"z") for way in Way]
    known = [text for text in texts if text]
    assert len(set(known)) == len(known) == 4
    assert all(len(text) == 32 and int(text, 16) >= 0 for text in known)
    assert not any("612345678" in text for text in known)


@pytest.mark.parametrize(
    ("way", "text"), [(Way.CARD, " - "), (Way.PHONE, "12345"), (Way.EMAIL, "anna"), (Way.EMAIL, "")]
)
def test_what_cannot_be_one_has_no_lookup(way: Way, text: str) -> None:
    assert customer_lookup(KEY, way, text) == ""
