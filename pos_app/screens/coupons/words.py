"""What is said of coupons; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pos_app.runtime.i18n import _, money, ngettext
from pos_app.screens.checkout.why_words import sentence_of
from pos_app.screens.coupons.records import CouponRow

if TYPE_CHECKING:
    from pos_app.checkout.coupons import CouponsShown, Shown


def coupon_rows(shown: CouponsShown) -> tuple[CouponRow, ...]:
    """A row for each coupon, in the order in which they came."""
    return tuple(CouponRow(one.code, given_text(one, shown)) for one in shown.coupons)


def given_text(coupon: Shown, shown: CouponsShown) -> str:
    """What a coupon gives, or why it gives nothing yet."""
    if coupon.saves_minor:
        return _("saves %(amount)s") % {"amount": money(coupon.saves_minor, shown.currency)}
    sentences = [sentence_of(one.explanation, shown.currency, shown.names) for one in coupon.told]
    return " ".join(sentences) or _("It holds once its articles are in the basket.")


def coupons_label(codes: Sequence[str]) -> str:
    """What stands above the lines: the code of one, how many there are of several."""
    if len(codes) == 1:
        return codes[0]
    return ngettext("%(n)d coupon", "%(n)d coupons", len(codes))
