"""Coupons that a customer hands over: they stay with the basket until it is closed."""

from __future__ import annotations

from dataclasses import replace

from retail.basket.model import Basket, Coupon
from retail.errors import RetailError

MOST = 20
"""Coupons of one basket."""


def coupon_code(text: str) -> str:
    """A code as it is compared: without white space, in capitals."""
    return "".join(text.split()).upper()


def add_coupon(basket: Basket, coupon: Coupon) -> Basket:
    """Add a coupon.

    Raises:
        RetailError: ``coupon.twice`` for one that is there, ``coupon.many`` for the 21st.
    """
    if any(one.code == coupon.code for one in basket.coupons):
        raise RetailError(
            "coupon.twice",
            "Coupon %(code)s is in the basket already; nothing was added.",
            code=coupon.code,
        )
    if len(basket.coupons) >= MOST:
        raise RetailError(
            "coupon.many", "A basket takes %(most)s coupons; nothing was added.", most=MOST
        )
    return replace(basket, coupons=(*basket.coupons, coupon))


def remove_coupon(basket: Basket, code: str) -> Basket:
    """Take a coupon out.

    Raises:
        RetailError: ``coupon.gone``.
    """
    left = tuple(one for one in basket.coupons if one.code != code)
    if left == basket.coupons:
        raise RetailError("coupon.gone", "Coupon %(code)s is not in the basket.", code=code)
    return replace(basket, coupons=left)
