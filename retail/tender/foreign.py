"""Rates of foreign cash, and how much of it pays a due; amounts in minor units."""

from __future__ import annotations

import json
from dataclasses import dataclass

from retail.errors import RetailError
from retail.money import exponent_of
from retail.tax import MILLION
from retail.tender.denominations import smallest_coin
from retail.tender.settlement import Foreign

HIGHEST_PPM = 1_000_000_000_000
_MOST = 12


@dataclass(frozen=True, slots=True)
class Rate:
    """What one major unit of a currency is worth, in millionths of a local major unit."""

    currency: str
    ppm: int

    def cash(self, amount_minor: int) -> Foreign:
        """So much cash of the currency at this rate."""
        return Foreign(self.currency, amount_minor, self.ppm)


def rates_from(text: str) -> tuple[Rate, ...]:
    """The rates of a store: a JSON object of millionths by ISO 4217 code, in its order.

    Raises:
        RetailError: ``currency.rates`` for what is no such object, with more than twelve of them
            or with a rate outside 1 to 10^12; ``money.currency`` for an unknown code.
    """
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise _no_rates() from problem
    if not isinstance(found, dict) or len(found) > _MOST:
        raise _no_rates()
    for code, ppm in found.items():
        exponent_of(code)
        if type(ppm) is not int or not 0 < ppm <= HIGHEST_PPM:
            raise _no_rates()
    return tuple(Rate(code, ppm) for code, ppm in found.items())


def rate_text(ppm: int) -> str:
    """``0.91`` for 910000, ``1`` for a million."""
    whole, rest = divmod(ppm, MILLION)
    part = f"{rest:06d}".rstrip("0")
    return f"{whole}.{part}" if part else str(whole)


def amount_for(due_minor: int, rate: Rate, local_currency: str) -> int:
    """The least amount in coins of the currency that is worth a local due, 0 for no due.

    Raises:
        RetailError: ``money.currency`` for a code that ISO 4217 does not list.
    """
    coin = smallest_coin(rate.currency)
    worth = max(due_minor, 0) * 10 ** exponent_of(rate.currency) * MILLION
    unit = rate.ppm * 10 ** exponent_of(local_currency) * coin
    return int(-(-worth // unit)) * coin


def _no_rates() -> RetailError:
    return RetailError(
        "currency.rates",
        "Rates must be a JSON object of whole millionths by currency, twelve at most, such as "
        '{"USD": 910000}; nothing was changed.',
    )
