from __future__ import annotations

import pytest

from retail.errors import RetailError
from retail.receipt_ways import ReceiptWay, check_way, default_way

PAPER, MAIL, NONE = ReceiptWay.PAPER, ReceiptWay.MAIL, ReceiptWay.NONE


@pytest.mark.parametrize(
    ("setting", "required", "wants_mail", "way"),
    [
        ("", False, False, PAPER),
        ("paper", False, False, PAPER),
        ("none", False, False, NONE),
        ("none", True, False, PAPER),
        ("none", True, True, MAIL),
        ("paper", False, True, MAIL),
        ("fax", False, False, PAPER),
    ],
)
def test_where_a_receipt_goes_that_nobody_chose(
    setting: str, *, required: bool, wants_mail: bool, way: ReceiptWay
) -> None:
    assert default_way(setting, required=required, wants_mail=wants_mail) is way


def test_where_the_law_wants_a_receipt_none_is_refused_and_mail_is_not() -> None:
    with pytest.raises(RetailError, match="The law wants a receipt"):
        check_way(NONE, required=True)
    check_way(NONE, required=False)
    for way in (PAPER, MAIL):
        check_way(way, required=True)
