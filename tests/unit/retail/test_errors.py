from __future__ import annotations

from retail.errors import RetailError


def test_the_sentence_is_filled_in_and_the_parts_stay_apart_for_translation() -> None:
    error = RetailError("gtin.length", "“%(code)s” is short of %(n)s digits.", code="12", n=6)
    assert str(error) == "“12” is short of 6 digits."
    assert error.code == "gtin.length"
    assert error.message_id == "“%(code)s” is short of %(n)s digits."
    assert error.params == {"code": "12", "n": 6}


def test_a_sentence_without_places_stands_as_it_is() -> None:
    assert str(RetailError("x", "Nothing changed.")) == "Nothing changed."
