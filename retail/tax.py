"""Sales tax and VAT: inclusive and exclusive, several codes on a line, exact sums.

Source of the rules: pricing vectors, chapter Tax.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from retail.errors import RetailError
from retail.money import allocate, divide_half_away

MILLION = 1_000_000


class TaxRounding(StrEnum):
    """Where tax is rounded: once for all lines of a rate, or line by line."""

    PER_RATE = "per_rate"
    PER_LINE = "per_line"


@dataclass(frozen=True, slots=True)
class TaxRules:
    """How a store taxes.

    Attributes:
        inclusive: prices contain the tax (shelf prices hold).
        rates: parts per million by tax code; 210000 is 21 %.
        combine: the codes of a line give one figure under ``A+B``.
        exempt_below_unit: by tax code, minor units; goods cheaper per unit do not bear it.
        manufacturer_coupon_taxable: what a manufacturer pays stays in the taxable amount.
    """

    inclusive: bool
    rates: Mapping[str, int]
    rounding: TaxRounding = TaxRounding.PER_RATE
    combine: bool = False
    exempt_below_unit: Mapping[str, int] = field(default_factory=dict)
    manufacturer_coupon_taxable: bool = False


@dataclass(frozen=True, slots=True)
class TaxSum:
    """One row of a receipt's tax table, in minor units; ``gross = net + tax``."""

    code: str
    ppm: int
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """The amount of a line after discounts, with its tax codes (their order means nothing).

    Attributes:
        units: what the amount is divided by for exemptions; 1 for weighed goods.
    """

    amount_minor: int
    codes: tuple[str, ...]
    units: int = 1


@dataclass(slots=True)
class _Row:
    ppm: int
    net: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True)
class _Set:
    """Lines that bear the same codes: ``codes`` as the first of them orders its own."""

    codes: tuple[str, ...]
    members: list[int]


@dataclass(frozen=True, slots=True)
class _Figure:
    key: str
    ppm: int
    tax: int


def tax_table(lines: Sequence[TaxableLine], rules: TaxRules) -> tuple[TaxSum, ...]:
    """Tax per code over a receipt, sorted by code.

    Lines with the same set of codes are taxed together (``per_rate``) or singly (``per_line``).
    A line under several codes counts in full as the net of each; ``gross`` of a row is its own
    net plus its own tax. Where codes are combined, the first of the given lines with a set of
    codes decides their order in the key; everything else is the same in any order of lines.

    Raises:
        RetailError: ``tax.code`` for a code without a rate, ``tax.rate`` for one outside 0–100 %.
    """
    rows: dict[str, _Row] = {}
    for same in _sets(lines, rules):
        bases = [lines[i].amount_minor for i in same.members]
        for base in bases if rules.rounding is TaxRounding.PER_LINE else [sum(bases)]:
            figures = _figures(base, same.codes, rules)
            net = base - sum(figure.tax for figure in figures) if rules.inclusive else base
            for figure in figures:
                row = rows.setdefault(figure.key, _Row(figure.ppm))
                row.net += net
                row.tax += figure.tax
    return tuple(
        TaxSum(code, row.ppm, row.net, row.tax, row.net + row.tax)
        for code, row in sorted(rows.items())
    )


def line_taxes(
    lines: Sequence[TaxableLine], rules: TaxRules
) -> tuple[tuple[tuple[str, int], ...], ...]:
    """The tax of each line per code, so that every code adds up to its row of the table.

    With ``per_rate`` the group's tax is shared out by largest remainder over the lines' amounts;
    ties go to the earlier line.

    Raises:
        RetailError: ``tax.code`` or ``tax.rate``, as for the table.
    """
    shares: list[tuple[tuple[str, int], ...]] = [()] * len(lines)
    for same in _sets(lines, rules):
        amounts = [lines[i].amount_minor for i in same.members]
        for i, taxes in zip(same.members, _taxes(amounts, same.codes, rules), strict=True):
            shares[i] = tuple(sorted(taxes))
    return tuple(shares)


def _taxes(
    amounts: Sequence[int], codes: tuple[str, ...], rules: TaxRules
) -> list[list[tuple[str, int]]]:
    if rules.rounding is TaxRounding.PER_LINE:
        return [
            [(figure.key, figure.tax) for figure in _figures(amount, codes, rules)]
            for amount in amounts
        ]
    weights = [abs(amount) for amount in amounts]
    taxes: list[list[tuple[str, int]]] = [[] for _ in amounts]
    for figure in _figures(sum(amounts), codes, rules):
        for own, part in zip(taxes, allocate(figure.tax, weights), strict=True):
            own.append((figure.key, part))
    return taxes


def kept_codes(line: TaxableLine, rules: TaxRules) -> tuple[str, ...]:
    """The line's codes in its own order, each once, without those it is exempt from.

    A code is dropped when the amount is below its threshold times the units. Source: pricing
    vectors, Tax.
    """
    limits = rules.exempt_below_unit
    if not limits and len(line.codes) < 2:
        return line.codes
    # Goods coming back have amounts below zero and were taxed like goods sold.
    return tuple(
        code
        for code in dict.fromkeys(line.codes)
        if code not in limits or abs(line.amount_minor) >= limits[code] * line.units
    )


def _sets(lines: Sequence[TaxableLine], rules: TaxRules) -> list[_Set]:
    for code in sorted({code for line in lines for code in line.codes}):
        _check_rate(code, rules)
    sets: dict[tuple[str, ...], _Set] = {}
    for i, line in enumerate(lines):
        codes = kept_codes(line, rules)
        sets.setdefault(tuple(sorted(codes)), _Set(codes, [])).members.append(i)
    return list(sets.values())


def _check_rate(code: str, rules: TaxRules) -> None:
    rate = rules.rates.get(code)
    if rate is None:
        raise RetailError("tax.code", "Tax code %(code)s has no rate.", code=code)
    if not 0 <= rate <= MILLION:
        raise RetailError(
            "tax.rate", "The rate of tax code %(code)s is not within 0 and 100 %%.", code=code
        )


def _figures(base: int, codes: tuple[str, ...], rules: TaxRules) -> list[_Figure]:
    rates = {code: rules.rates[code] for code in codes}
    whole = sum(rates.values())
    if rules.combine and rates:
        rates = {"+".join(codes): whole}
    divisor = MILLION + whole if rules.inclusive else MILLION
    return [_Figure(key, ppm, divide_half_away(base * ppm, divisor)) for key, ppm in rates.items()]
