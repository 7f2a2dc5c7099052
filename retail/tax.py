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
    """

    inclusive: bool
    rates: Mapping[str, int]
    rounding: TaxRounding = TaxRounding.PER_RATE


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
    """The amount of a line after discounts, with its tax codes (their order means nothing)."""

    amount_minor: int
    codes: tuple[str, ...]


@dataclass(slots=True)
class _Row:
    net: int = 0
    tax: int = 0


@dataclass(slots=True)
class _Table:
    rows: dict[str, _Row] = field(default_factory=dict)

    def add(self, code: str, net: int, tax: int) -> None:
        row = self.rows.setdefault(code, _Row())
        row.net += net
        row.tax += tax


def tax_table(lines: Sequence[TaxableLine], rules: TaxRules) -> tuple[TaxSum, ...]:
    """Tax per code over a receipt, sorted by code.

    Lines with the same set of codes are taxed together (``per_rate``) or singly (``per_line``).
    A line under several codes counts in full as the net of each; ``gross`` of a row is its own
    net plus its own tax.

    Raises:
        RetailError: ``tax.code`` for a code without a rate, ``tax.rate`` for one outside 0–100 %.
    """
    table = _Table()
    for codes, base in _groups(lines, rules):
        for code in codes:
            _rate(code, rules)
        whole = sum(rules.rates[code] for code in codes)
        taxes = [
            _tax_of(base, rules.rates[code], whole, inclusive=rules.inclusive) for code in codes
        ]
        net = base - sum(taxes) if rules.inclusive else base
        for code, tax in zip(codes, taxes, strict=True):
            table.add(code, net, tax)
    return tuple(
        TaxSum(code, rules.rates[code], row.net, row.tax, row.net + row.tax)
        for code, row in sorted(table.rows.items())
    )


def line_taxes(
    lines: Sequence[TaxableLine], rules: TaxRules
) -> tuple[tuple[tuple[str, int], ...], ...]:
    """The tax of each line per code, so that every code adds up to its row of the table.

    With ``per_rate`` the group's tax is shared out by largest remainder over the lines' amounts.
    """
    shares: list[dict[str, int]] = [{} for _ in lines]
    sets = [tuple(sorted(set(line.codes))) for line in lines]
    for codes in sorted(set(sets)):
        members = [i for i, own in enumerate(sets) if own == codes]
        group = [lines[i] for i in members]
        for row in tax_table(group, rules):
            for i, tax in zip(members, _share(row, group, rules), strict=True):
                shares[i][row.code] = tax
    return tuple(tuple(sorted(share.items())) for share in shares)


def _share(row: TaxSum, group: Sequence[TaxableLine], rules: TaxRules) -> Sequence[int]:
    if rules.rounding is TaxRounding.PER_LINE:
        return [
            next(one.tax_minor for one in tax_table([line], rules) if one.code == row.code)
            for line in group
        ]
    amounts = [abs(line.amount_minor) for line in group]
    return allocate(row.tax_minor, amounts)


def _groups(lines: Sequence[TaxableLine], rules: TaxRules) -> list[tuple[tuple[str, ...], int]]:
    keyed = [(tuple(sorted(set(line.codes))), line.amount_minor) for line in lines]
    if rules.rounding is TaxRounding.PER_LINE:
        return keyed
    sums: dict[tuple[str, ...], int] = {}
    for codes, amount in keyed:
        sums[codes] = sums.get(codes, 0) + amount
    return list(sums.items())


def _rate(code: str, rules: TaxRules) -> None:
    rate = rules.rates.get(code)
    if rate is None:
        raise RetailError("tax.code", "Tax code %(code)s has no rate.", code=code)
    if not 0 <= rate <= MILLION:
        raise RetailError(
            "tax.rate", "The rate of tax code %(code)s is not within 0 and 100 %%.", code=code
        )


def _tax_of(base: int, ppm: int, whole_ppm: int, *, inclusive: bool) -> int:
    return divide_half_away(base * ppm, MILLION + whole_ppm if inclusive else MILLION)
