"""Money in integer minor units, its ISO 4217 exponents, exact shares and rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from retail.errors import RetailError

# ISO 4217:2015 list one, decimal places; every currency in circulation is named.
_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
    2: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP "
        "BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR "
        "FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR "
        "KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV "
        "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR "
        "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
        "USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
    ),
}
EXPONENT: dict[str, int] = {
    code: digits for digits, codes in _EXPONENTS.items() for code in codes.split()
}


_POWERS = tuple(10**digits for digits in range(5))


class CashRounding(StrEnum):
    """How the magnitude of a cash amount meets the smallest coin; the sign is kept."""

    HALF_UP = "half_up"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"


def exponent_of(currency: str) -> int:
    """Decimal places of a currency by ISO 4217.

    Raises:
        RetailError: ``money.currency`` for a code that ISO 4217 does not list.
    """
    try:
        return EXPONENT[currency]
    except KeyError:
        raise RetailError(
            "money.currency", "%(code)s is not an ISO 4217 currency code.", code=currency
        ) from None


def divide_half_away(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` to the nearest integer, halves away from zero.

    ``denominator`` must be positive. Source: pricing vectors, ``R(x)``.
    """
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split ``total`` by ``weights`` so that the parts add up to it exactly.

    Without any weight above zero there is nobody to share it out to: every part is 0.

    Largest remainder: every part is first rounded towards minus infinity, the units left over
    go one each to the largest fractions, ties to the earlier part. Source: pricing vectors, ``LR``.

    Raises:
        RetailError: ``money.weight`` for a negative weight.
    """
    if weights and min(weights) < 0:
        raise RetailError("money.weight", "Shares cannot be weighed by a negative number.")
    whole = sum(weights)
    if whole == 0 or total == 0:
        return (0,) * len(weights)
    if len(weights) == 1:
        return (total,)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    if left:
        by_fraction = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
        for i in by_fraction[:left]:
            parts[i] += 1
    return tuple(parts)


def round_cash(minor: int, increment: int, mode: CashRounding = CashRounding.HALF_UP) -> int:
    """Round a cash amount to a multiple of ``increment`` (minor units) on its magnitude.

    Raises:
        RetailError: ``money.increment`` for an increment below 1.
    """
    if increment < 1:
        raise RetailError("money.increment", "The smallest coin must be at least 1 minor unit.")
    down, rest = divmod(abs(minor), increment)
    upwards = {
        CashRounding.HALF_UP: 2 * rest >= increment,
        CashRounding.HALF_DOWN: 2 * rest > increment,
        CashRounding.UP: rest > 0,
        CashRounding.DOWN: False,
    }[mode]
    magnitude = (down + upwards) * increment
    return magnitude if minor >= 0 else -magnitude


def plain(minor: int, currency: str) -> str:
    """``-12.30`` for -1230 EUR: a point, no grouping, exactly the currency's digits."""
    digits = exponent_of(currency)
    sign = "-" if minor < 0 else ""
    if not digits:
        return f"{sign}{abs(minor)}"
    whole, rest = divmod(abs(minor), _POWERS[digits])
    return f"{sign}{whole}.{rest:0{digits}d}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units with its currency. Amounts of two currencies never mix."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent_of(self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise RetailError(
                "money.mixed",
                "%(left)s and %(right)s cannot be added up.",
                left=self.currency,
                right=other.currency,
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{plain(self.minor, self.currency)} {self.currency}"

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Parts by :func:`allocate`; they add up to this amount if a weight is above 0."""
        return tuple(Money(part, self.currency) for part in allocate(self.minor, weights))
