from __future__ import annotations

import pytest

from pos_app.settings import store
from pos_app.settings.catalogue import CATALOGUE, checked, setting
from retail.errors import RetailError
from tests.support.till import Books


def test_a_fresh_till_has_the_defaults(books: Books) -> None:
    assert books.run(store.load, {}) == {key: each.default for key, each in CATALOGUE.items()}


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_default_is_a_valid_value_and_is_described(key: str) -> None:
    assert checked(key, CATALOGUE[key].default) == CATALOGUE[key].default
    assert CATALOGUE[key].description


def test_the_environment_is_above_the_table_and_the_table_above_the_default(books: Books) -> None:
    books.run(store.save, "screen.theme", "dark")
    books.run(store.save, "lock.idle_seconds", "60")
    books.run(store.save, "lock.idle_seconds", "90")
    found = books.run(store.load, {"TILLWRIGHT_SCREEN_THEME": "contrast", "HOME": "/"})
    assert found["screen.theme"] == "contrast"
    assert found["lock.idle_seconds"] == "90"
    assert found["screen.scale"] == "100"


@pytest.mark.parametrize(
    ("key", "value"),
    [("screen.theme", "pink"), ("screen.scale", "99"), ("screen.scale", "151"),
     ("lock.idle_seconds", "9"), ("lock.idle_seconds", "-1"), ("lock.idle_seconds", "ten"),
     ("lock.idle_seconds", "１２"), ("printer.address", "x" * 201),
     ("keys.own", "[1]"), ("keys.own", "{")],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_and_kept_away(
    books: Books, key: str, value: str
) -> None:
    with pytest.raises(RetailError) as caught:
        books.run(store.save, key, value)
    assert caught.value.code == "setting.value"
    assert key in str(caught.value)
    assert books.query("SELECT * FROM setting") == []


def test_an_unknown_key_names_the_nearest(books: Books) -> None:
    with pytest.raises(RetailError, match=r"did you mean printer\.address") as caught:
        setting("printer.adress")
    assert caught.value.code == "setting.unknown"
    books.execute("INSERT INTO setting VALUES ('screen.colour', 'x')")
    with pytest.raises(RetailError) as caught:
        books.run(store.load, {})
    assert caught.value.code == "setting.unknown"


def test_a_bad_value_of_the_environment_is_named(books: Books) -> None:
    with pytest.raises(RetailError) as caught:
        books.run(store.load, {"TILLWRIGHT_SCREEN_SCALE": "huge"})
    assert "huge does not fit screen.scale" in str(caught.value)
