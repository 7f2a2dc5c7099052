from __future__ import annotations

import pytest

from retail.customers import Personal, mail_address, tidy
from tests.unit.retail.strategies import Refusal


def test_white_space_is_tidied() -> None:
    found = tidy(Personal(name="  Ann   Berg ", phone=" 06 5550 0001", email="ann@example.com "))
    assert found == Personal(name="Ann Berg", phone="06 5550 0001", email="ann@example.com")


@pytest.mark.parametrize(
    ("personal", "code"),
    [
        (Personal(name=" "), "customer.name"),
        (Personal(name="Ann", country="NLD"), "customer.long"),
        (Personal(name="Ann", phone="12 34"), "customer.phone"),
        (Personal(name="Ann", email="ann"), "customer.email"),
    ],
)
def test_what_cannot_be_is_refused(personal: Personal, code: str, refused: Refusal) -> None:
    with refused(code):
        tidy(personal)


@pytest.mark.parametrize(
    "address", ["ann@example.com", " a.b+c@post.example.co.uk ", "ü@bücher.example"]
)
def test_an_address_is_taken_without_the_space_around_it(address: str) -> None:
    assert mail_address(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@home",
        "ann@.com",
        "ann@a..com",
        "a@b@example.com",
        "ann lee@example.com",
        "ann@example.com\nBcc: all@example.com",
        "ann@example.com,bob@example.com",
        "Ann <ann@example.com>",
        "a" * 160 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused(address: str, refused: Refusal) -> None:
    with refused("mail.address"):
        mail_address(address)
