from __future__ import annotations

import pytest

from retail.customers import Personal, tidy
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
