"""The points that a sale earns, as its fact keeps them, and what a return leaves of them.

Source: pricing vectors, Points and Returns: the points of the goods that are kept are counted anew,
so that parts take back together what was earned, to the point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retail.contract.sales import EarningLine, PointsEarned, SaleClosed, WonBonus
from retail.loyalty import (
    PointsRules,
    Redemption,
    by_canonical_order,
    earning_amounts,
    earning_factors,
    points_earned,
)
from retail.money import divide_half_away
from retail.promotions.rules import PointsBonus, PricingLine, Promotion
from retail.promotions.scope import rewards

_PLAIN = 100


@dataclass(frozen=True, slots=True)
class Earning:
    """What points are counted from.

    Attributes:
        lines: those that are sold.
        numbers: of these lines in the sale, from 1.
        nets: what each costs, in minor units.
        promotions: the points promotions that hold.
    """

    lines: tuple[PricingLine, ...]
    numbers: tuple[int, ...]
    nets: tuple[int, ...]
    rules: PointsRules
    promotions: tuple[Promotion, ...] = ()

    def earned(self, paid_in_points: int = 0) -> PointsEarned | None:
        """The points, and how they were counted; None for none.

        Args:
            paid_in_points: minor units that points pay as a tender; they earn nothing.
        """
        order = by_canonical_order(self.lines)
        paid = Redemption(0, paid_in_points, as_tender=True, shares=())
        amounts = earning_amounts(self.nets, paid, order)
        earned = points_earned(self.lines, amounts, self.rules, self.promotions)
        if not earned:
            return None
        factors = earning_factors(self.lines, self.promotions)
        rows = zip(self.numbers, amounts, self.nets, factors, strict=True)
        return PointsEarned(
            earned=earned,
            per=self.rules.earn_per,
            each=self.rules.earn_points,
            lines=tuple(
                EarningLine(n, amount, factor)
                for n, amount, net, factor in rows
                if (amount, factor) != (net, _PLAIN)
            ),
            bonuses=tuple(self._bonuses(amounts)),
        )

    def _bonuses(self, amounts: tuple[int, ...]) -> list[WonBonus]:
        found = []
        for promotion in self.promotions:
            bonus = promotion.mechanic
            if isinstance(bonus, PointsBonus):
                places = [i for i, line in enumerate(self.lines) if rewards(promotion, line)]
                if sum(amounts[i] for i in places) >= max(1, bonus.min_spend):
                    numbers = tuple(self.numbers[i] for i in places)
                    found.append(WonBonus(bonus.points, max(1, bonus.min_spend), numbers))
        return found


def points_kept(fact: SaleClosed, gone: Mapping[int, int]) -> int:
    """The points that are left of a sale once goods of it came back.

    Args:
        gone: thousandths that came back, by line.
    """
    earned = fact.points
    if earned is None:
        return 0
    own = {one.n: (one.minor, one.factor) for one in earned.lines}
    left, weighed = {}, 0
    for line in fact.lines:
        if line.qty > 0:
            amount, factor = own.get(line.n, (line.net, _PLAIN))
            left[line.n] = amount - divide_half_away(amount * gone.get(line.n, 0), line.qty)
            weighed += left[line.n] * factor
    bonuses = sum(
        bonus.points
        for bonus in earned.bonuses
        if sum(left.get(n, 0) for n in bonus.lines) >= bonus.at_least
    )
    return weighed // (_PLAIN * earned.per) * earned.each + bonuses


def points_reversed(fact: SaleClosed, before: Mapping[int, int], after: Mapping[int, int]) -> int:
    """The points that goods take along when they come back.

    Args:
        before, after: thousandths that came back by line, without and with them.
    """
    return points_kept(fact, before) - points_kept(fact, after)
