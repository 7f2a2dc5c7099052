"""What the coupons' sheet shows, without Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A coupon, and what it gives or why it gives nothing yet."""

    code: str
    given: str
