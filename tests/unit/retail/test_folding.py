from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.folding import fold


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Żółta Crème", "zolta creme"),
        ("  Äpfel \t rot\n", "apfel rot"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Smørrebrød", "smorrebrod"),
        ("Œuf Æble", "oeuf aeble"),
        ("İstanbul ısı", "istanbul isi"),
        ("牛奶 １Ｌ", "牛奶 1l"),
        ("℡ ﬁne", "tel fine"),
        ("", ""),
    ],
)
def test_what_people_type_finds_what_is_written(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text())
def test_a_key_is_its_own_key_and_case_does_not_matter(text: str) -> None:
    key = fold(text)
    assert fold(key) == key
    assert fold(text.upper()) == key
    assert key == " ".join(key.split())


@given(st.lists(st.text(st.characters(categories=("L", "N")), min_size=1), max_size=4))
def test_only_one_blank_stands_between_words(words: list[str]) -> None:
    assert fold("  ".join(words)) == fold(" ".join(words))
