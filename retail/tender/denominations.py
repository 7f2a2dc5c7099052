"""Notes and coins of real currencies: what customers hand over, change, counts, cash rounding.

Sources: the lists of current notes and coins of the central banks, as of 2026. Withdrawn pieces
are left out. What is legal tender but no longer issued, or rarely met, can be counted and is
neither offered nor given as change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest

from retail.errors import RetailError
from retail.money import exponent_of, plain


@dataclass(frozen=True, slots=True)
class Denominations:
    """The cash of a currency, values in minor units, each list rising.

    Attributes:
        rare: legal tender that is counted, but not offered or given.
        unit: what a price is rounded up to when coins are added to notes.
    """

    notes: tuple[int, ...]
    coins: tuple[int, ...]
    unit: int
    rare: tuple[int, ...] = ()

    @property
    def usual(self) -> tuple[int, ...]:
        """Every value that is offered and given, falling."""
        return tuple(sorted({*self.notes, *self.coins}, reverse=True))

    @property
    def all(self) -> tuple[int, ...]:
        """Every value that a drawer may hold, falling."""
        return tuple(sorted({*self.notes, *self.coins, *self.rare}, reverse=True))


_DENOMINATIONS = {
    # European Central Bank; the 500 euro note has not been issued since 2019-04-27.
    "EUR": Denominations(
        (500, 1_000, 2_000, 5_000, 10_000, 20_000), (1, 2, 5, 10, 20, 50, 100, 200), 100, (50_000,)
    ),
    # Federal Reserve, US Mint; cents have not been struck since 2025-11 and stay legal tender.
    "USD": Denominations((100, 500, 1_000, 2_000, 5_000, 10_000), (1, 5, 10, 25), 100, (50, 200)),
    # Bank of England, Royal Mint.
    "GBP": Denominations((500, 1_000, 2_000, 5_000), (1, 2, 5, 10, 20, 50, 100, 200), 100),
    # Swiss National Bank, ninth series; Swissmint.
    "CHF": Denominations(
        (1_000, 2_000, 5_000, 10_000, 20_000, 100_000), (5, 10, 20, 50, 100, 200, 500), 100
    ),
    # Narodowy Bank Polski.
    "PLN": Denominations(
        (1_000, 2_000, 5_000, 10_000, 20_000, 50_000), (1, 2, 5, 10, 20, 50, 100, 200, 500), 100
    ),
    # Sveriges Riksbank, series of 2015.
    "SEK": Denominations(
        (2_000, 5_000, 10_000, 20_000, 50_000), (100, 200, 500, 1_000), 1_000, (100_000,)
    ),
    # Norges Bank, series VIII.
    "NOK": Denominations((5_000, 10_000, 20_000, 50_000, 100_000), (100, 500, 1_000, 2_000), 1_000),
    # Danmarks Nationalbank; the 1,000 kroner note is invalid since 2025-06-01.
    "DKK": Denominations((5_000, 10_000, 20_000, 50_000), (50, 100, 200, 500, 1_000, 2_000), 1_000),
    # Česká národní banka.
    "CZK": Denominations(
        (10_000, 20_000, 50_000, 100_000, 200_000, 500_000),
        (100, 200, 500, 1_000, 2_000, 5_000),
        1_000,
    ),
    # Magyar Nemzeti Bank; 1 and 2 forint were withdrawn on 2008-03-01.
    "HUF": Denominations(
        (50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000),
        (500, 1_000, 2_000, 5_000, 10_000, 20_000),
        10_000,
    ),
    # Banca Națională a României.
    "RON": Denominations(
        (100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000), (1, 5, 10, 50), 100
    ),
    # Bank of Canada, Royal Canadian Mint; no cents since 2013-02-04.
    "CAD": Denominations((500, 1_000, 2_000, 5_000, 10_000), (5, 10, 25, 100, 200), 100, (50,)),
    # Reserve Bank of Australia, Royal Australian Mint.
    "AUD": Denominations((500, 1_000, 2_000, 5_000, 10_000), (5, 10, 20, 50, 100, 200), 100),
    # Reserve Bank of New Zealand; 5 cents were withdrawn on 2006-11-01.
    "NZD": Denominations((500, 1_000, 2_000, 5_000, 10_000), (10, 20, 50, 100, 200), 100),
    # Bank of Japan, Japan Mint; the 2,000 yen note is hardly met.
    "JPY": Denominations((1_000, 5_000, 10_000), (1, 5, 10, 50, 100, 500), 100, (2_000,)),
    # People's Bank of China, fifth series; fen coins are legal tender and hardly met.
    "CNY": Denominations((100, 500, 1_000, 2_000, 5_000, 10_000), (10, 50, 100), 100, (1, 2, 5)),
    # Central Bank of Kuwait, sixth series.
    "KWD": Denominations((250, 500, 1_000, 5_000, 10_000, 20_000), (5, 10, 20, 50, 100), 250),
    # Central Bank of Bahrain.
    "BHD": Denominations((500, 1_000, 5_000, 10_000, 20_000), (5, 10, 25, 50, 100), 500),
    # Türkiye Cumhuriyet Merkez Bankası, Darphane.
    "TRY": Denominations(
        (500, 1_000, 2_000, 5_000, 10_000, 20_000), (5, 10, 25, 50, 100), 500, (1,)
    ),
    # Reserve Bank of India; the 2,000 rupee note was withdrawn from circulation in 2023.
    "INR": Denominations(
        (1_000, 2_000, 5_000, 10_000, 20_000, 50_000), (100, 200, 500, 1_000, 2_000), 1_000, (50,)
    ),
    # Banco Central do Brasil; 1 centavo has not been struck since 2005.
    "BRL": Denominations(
        (200, 500, 1_000, 2_000, 5_000, 10_000, 20_000), (5, 10, 25, 50, 100), 100, (1,)
    ),
    # Banco de México.
    "MXN": Denominations(
        (2_000, 5_000, 10_000, 20_000, 50_000, 100_000),
        (10, 20, 50, 100, 200, 500, 1_000, 2_000),
        1_000,
        (5,),
    ),
    # South African Reserve Bank; 5 cents are not in circulation since 2012.
    "ZAR": Denominations((1_000, 2_000, 5_000, 10_000, 20_000), (10, 20, 50, 100, 200, 500), 1_000),
}

# What cash totals are rounded to where law, or a rule of the central bank, says so: minor units.
_CASH_INCREMENTS = {
    ("BE", "EUR"): 5,  # Code de droit économique VI.7/2, since 2019-12-01
    ("EE", "EUR"): 5,  # Eesti Panga seadus, since 2025-01-01
    ("FI", "EUR"): 5,  # Laki 890/2000
    ("IE", "EUR"): 5,  # Central Bank of Ireland, since 2015-10-28; the customer may refuse
    ("IT", "EUR"): 5,  # D.L. 50/2017 art. 13-quater, since 2018-01-01
    ("LT", "EUR"): 5,  # law on rounding cash payments, since 2025-05-01
    ("NL", "EUR"): 5,  # De Nederlandsche Bank, since 2004-09-01; shops choose
    ("SK", "EUR"): 5,  # zákon 18/1996, since 2022-07-01
    ("SE", "SEK"): 100,  # lag 1970:1029; 50 öre withdrawn 2010-09-30
    ("NO", "NOK"): 100,  # Norges Bank; 50 øre withdrawn 2012-05-01
    ("DK", "DKK"): 50,  # Danmarks Nationalbank; 25 øre withdrawn 2008-10-01
    ("CH", "CHF"): 5,  # Swissmint; 1 Rappen withdrawn 2007-01-01
    ("LI", "CHF"): 5,  # the currency treaty with Switzerland
    ("CZ", "CZK"): 100,  # zákon 634/1992 § 3; 50 haléřů withdrawn 2008-08-31
    ("HU", "HUF"): 500,  # 2008. évi III. törvény
    ("CA", "CAD"): 5,  # Department of Finance, since 2013-02-04
    ("AU", "AUD"): 5,  # Royal Australian Mint; 1 and 2 cents withdrawn 1992-02-01
    ("NZ", "NZD"): 10,  # Reserve Bank of New Zealand, since 2006-11-01
    ("ZA", "ZAR"): 10,  # South African Reserve Bank; shops round down by custom
}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """An amount in notes and coins.

    Attributes:
        pieces: value in minor units and how many of it, values falling.
        rest_minor: what no coin can pay.
    """

    pieces: tuple[tuple[int, int], ...]
    rest_minor: int = 0


def denominations(currency: str) -> Denominations:
    """The notes and coins of a currency.

    Raises:
        RetailError: ``money.currency`` for no currency, ``cash.currency`` for one whose notes and
            coins are not known here.
    """
    exponent_of(currency)
    if currency not in _DENOMINATIONS:
        raise RetailError(
            "cash.currency",
            "Notes and coins of %(code)s are not known; nothing was counted. Type the amount.",
            code=currency,
        )
    return _DENOMINATIONS[currency]


def returns_a_note(change_minor: int, currency: str) -> bool:
    """Whether change is so much that no note is large enough to call for it: a slip of the keys.

    False where the notes of the currency are not known.
    """
    known = _DENOMINATIONS.get(currency)
    return known is not None and change_minor >= max(known.notes + known.rare)


def smallest_coin(currency: str) -> int:
    """The smallest coin that is legal tender, in minor units; 1 where coins are not known.

    Raises:
        RetailError: ``money.currency`` for a code that ISO 4217 does not list.
    """
    exponent_of(currency)
    known = _DENOMINATIONS.get(currency)
    return 1 if known is None else known.all[-1]


def cash_increment(country: str, currency: str) -> int:
    """What cash totals are rounded to in a country, in minor units.

    The rule of the country for its currency; without one, the smallest coin of the currency.

    Args:
        country: ISO 3166-1 alpha-2 code.

    Raises:
        RetailError: ``money.currency`` for a code that ISO 4217 does not list.
    """
    coin = smallest_coin(currency)
    return _CASH_INCREMENTS.get((country, currency), coin)


def quick_notes(due_minor: int, currency: str, count: int = 3) -> tuple[int, ...]:
    """Amounts that a customer is likely to hand over for a due in cash, rising, all above it.

    The next full unit comes first, then in turns the smallest single notes that cover the due and
    combinations of notes and coins. In a combination no piece is superfluous: nobody hands over a
    note that is not needed. Nothing for a currency whose notes are not known.

    Raises:
        RetailError: ``money.currency`` for a code that ISO 4217 does not list.
    """
    exponent_of(currency)
    known = _DENOMINATIONS.get(currency)
    if known is None or due_minor < 1:
        return ()
    likely = [_up(due_minor, known.unit)] if due_minor % known.unit else []
    singles = [note for note in known.notes if note > due_minor]
    likely += _in_turns(singles, _combinations(due_minor, known))
    return tuple(sorted(list(dict.fromkeys(likely))[: max(count, 0)]))


def breakdown(amount_minor: int, currency: str) -> Breakdown:
    """The notes and coins to give for an amount, the largest first.

    Raises:
        RetailError: ``cash.amount`` below zero, and what :func:`denominations` raises.
    """
    if amount_minor < 0:
        raise RetailError(
            "cash.amount", "Only amounts from zero on can be laid out; nothing was given."
        )
    return _breakdown(amount_minor, denominations(currency).usual)


def counted(counts: Mapping[int, int], currency: str) -> int:
    """The sum of a count, in minor units.

    Args:
        counts: how many pieces by value in minor units.

    Raises:
        RetailError: ``cash.denomination`` for a value that the currency does not have,
            ``cash.count`` for fewer than none, and what :func:`denominations` raises.
    """
    values = denominations(currency).all
    for value, pieces in counts.items():
        if value not in values:
            raise RetailError(
                "cash.denomination",
                "There is no note or coin of %(value)s in %(code)s; the count was not taken. "
                "Leave it out.",
                value=plain(value, currency),
                code=currency,
            )
        if pieces < 0:
            raise RetailError(
                "cash.count",
                "There cannot be fewer than no pieces of %(value)s; the count was not taken. "
                "Correct it.",
                value=plain(value, currency),
            )
    return sum(value * pieces for value, pieces in counts.items())


def _breakdown(amount: int, values: Iterable[int]) -> Breakdown:
    pieces = []
    for value in values:
        number, amount = divmod(amount, value)
        if number:
            pieces.append((value, number))
    return Breakdown(tuple(pieces), amount)


def _up(amount: int, step: int) -> int:
    return -(-amount // step) * step


def _combinations(due: int, known: Denominations) -> Iterator[int]:
    """Amounts of several pieces above the due, rising, that need every piece."""
    for amount in sorted({_up(due, note) for note in known.notes} - {due}):
        pieces = _breakdown(amount, known.usual).pieces
        if amount - pieces[-1][0] < due and amount not in known.notes:
            yield amount


def _in_turns(left: Iterable[int], right: Iterable[int]) -> Iterator[int]:
    pairs = chain.from_iterable(zip_longest(left, right))
    return (amount for amount in pairs if amount is not None)
