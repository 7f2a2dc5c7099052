from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retail.variants import Variant, matrix_of, name_of


def _shirt(sku: str, *words: str) -> Variant:
    return Variant(sku, f"T-shirt basic, {', '.join(words)}", words, 1290)


def test_sizes_grow_and_what_is_not_made_is_missing() -> None:
    found = matrix_of(
        [_shirt("3", "XL", "blue"), _shirt("1", "S", "blue"), _shirt("2", "M", "red")]
    )
    assert (found.name, found.rows, found.columns) == (
        "T-shirt basic",
        ("S", "M", "XL"),
        ("blue", "red"),
    )
    assert {place: one.sku for place, one in found.cells.items()} == {
        (0, 0): "1",
        (1, 1): "2",
        (2, 0): "3",
    }


def test_numbers_are_sizes_too_and_words_come_last() -> None:
    found = matrix_of([_shirt("1", "wide"), _shirt("2", "44"), _shirt("3", "9")])
    assert (found.rows, found.columns) == (("9", "44", "wide"), ("",))


def test_without_words_the_names_tell_them_apart() -> None:
    found = matrix_of([Variant("1", "Mug red", (), 500), Variant("2", "Mug blue", (), 500)])
    assert (found.name, found.rows) == ("Mug", ("Mug blue", "Mug red"))
    assert matrix_of([]).cells == {}
    assert name_of(("Cup", "Mug")) == "Cup"
    assert name_of(()) == ""


_WORDS = st.sampled_from(["S", "M", "XL", "38", "red", "blue"])


@given(st.lists(st.tuples(_WORDS, _WORDS), max_size=20))
def test_every_variant_is_in_one_cell_and_the_order_of_arrival_means_nothing(
    words: list[tuple[str, str]],
) -> None:
    variants = [_shirt(f"{n:03d}", *pair) for n, pair in enumerate(words)]
    found = matrix_of(variants)
    assert found == matrix_of(list(reversed(variants)))
    assert {one.words for one in found.cells.values()} == set(words)
    for (row, column), one in found.cells.items():
        assert (found.rows[row], found.columns[column]) == one.words
