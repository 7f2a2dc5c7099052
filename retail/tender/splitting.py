"""How several people share what is due: evenly, by amounts, or by the lines each of them had.

Amounts are minor units and add up to the whole exactly; refunds, below zero, split the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

from retail.errors import RetailError


def evenly(due_minor: int, payers: int) -> tuple[int, ...]:
    """Parts that differ by at most one minor unit, the larger ones first.

    Raises:
        RetailError: ``split.payers`` for nobody to pay.
    """
    if payers < 1:
        raise RetailError(
            "split.payers", "A split needs at least one payer; nothing was split. Name one."
        )
    sign = -1 if due_minor < 0 else 1
    part, left = divmod(abs(due_minor), payers)
    return tuple(sign * (part + (i < left)) for i in range(payers))


def by_amounts(due_minor: int, amounts: Sequence[int]) -> tuple[int, ...]:
    """What each payer wants to pay, and as the last part what that leaves, when it leaves any.

    Raises:
        RetailError: ``split.amount`` for an amount of nothing or against the direction of the due,
            ``split.over`` for more than is due.
    """
    sign = -1 if due_minor < 0 else 1
    if any(sign * amount < 1 for amount in amounts):
        raise RetailError(
            "split.amount", "Each part must be more than nothing; nothing was split. Correct it."
        )
    rest = due_minor - sum(amounts)
    if sign * rest < 0:
        raise RetailError(
            "split.over",
            "The parts are more than is due; nothing was split. Lower one of them.",
        )
    return (*amounts, rest) if rest else tuple(amounts)


def line_totals(
    nets: Sequence[int],
    line_taxes: Sequence[Sequence[tuple[str, int]]],
    *,
    inclusive: bool,
) -> tuple[int, ...]:
    """What each line costs, with the tax that comes on top of it; together the payable amount.

    Args:
        nets: after discounts, as in :class:`retail.quote.Quote`.
        line_taxes: tax per code and line, as there: the lines of a code add up to its row.
        inclusive: the nets hold the tax already.
    """
    return tuple(
        net if inclusive else net + sum(tax for _, tax in taxes)
        for net, taxes in zip(nets, line_taxes, strict=True)
    )


def by_lines(totals: Sequence[int], payers: Sequence[str]) -> dict[str, int]:
    """What each payer owes for the lines that are theirs, in the order in which they first appear.

    Args:
        totals: one per line, see :func:`line_totals`.
        payers: who takes the line, one per line.

    Raises:
        RetailError: ``split.lines`` when a line has no payer or a payer no line.
    """
    if len(totals) != len(payers) or not all(payers):
        raise RetailError(
            "split.lines", "Each line needs one payer; nothing was split. Name who takes it."
        )
    shares = dict.fromkeys(payers, 0)
    for total, payer in zip(totals, payers, strict=True):
        shares[payer] += total
    return shares


def in_turn(due_minor: int, shares: Sequence[int]) -> tuple[int, ...]:
    """The shares to be paid one after the other; whoever owes nothing is left out.

    Raises:
        RetailError: ``split.against`` for a share against the direction of the due, which is
            somebody who only brings goods back, ``split.sum`` when they do not add up to it.
    """
    sign = -1 if due_minor < 0 else 1
    if any(sign * share < 0 for share in shares):
        raise RetailError(
            "split.against",
            "The articles of one person come to less than nothing; nothing was split. "
            "Give that person more of them.",
        )
    if sum(shares) != due_minor:
        raise RetailError(
            "split.sum", "The shares are not what is left to pay; nothing was split. Split again."
        )
    return tuple(share for share in shares if share)
