"""What people take off by hand, after promotions: first line by line, then off the basket.

A reduction never takes more than is there, and nothing off articles whose price is fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.loyalty import share_out
from retail.money import divide_half_away
from retail.tax import MILLION


@dataclass(frozen=True, slots=True)
class Cut:
    """A share in parts per million, or an amount in minor units; the other is 0."""

    ppm: int = 0
    minor: int = 0

    def of(self, amount: int) -> int:
        """What it takes off an amount that is not below 0; halves away from zero."""
        return min(self.minor or divide_half_away(amount * self.ppm, MILLION), amount)


NO_CUT = Cut()


@dataclass(frozen=True, slots=True)
class Cuts:
    """What is to be taken off by hand.

    Attributes:
        lines: in the order of the priced lines; empty for none on any.
        basket: taken off what all lines that may be reduced still cost together.
        fixed: lines that nothing may be taken off, by their place.
    """

    lines: tuple[Cut, ...] = ()
    basket: Cut = NO_CUT
    fixed: frozenset[int] = frozenset()

    def only(self, places: Sequence[int]) -> Cuts:
        """The cuts of some of the lines, which follow one another anew."""
        return Cuts(
            lines=tuple(self.lines[place] for place in places) if self.lines else (),
            basket=self.basket,
            fixed=frozenset(new for new, place in enumerate(places) if place in self.fixed),
        )


NO_CUTS = Cuts()


@dataclass(frozen=True, slots=True)
class TakenOff:
    """What was taken off each line, in minor units: for itself, and as its share of the basket."""

    lines: tuple[int, ...]
    basket: tuple[int, ...]

    @property
    def shares(self) -> tuple[int, ...]:
        """Both together, line by line."""
        return tuple(a + b for a, b in zip(self.lines, self.basket, strict=True))


def taken_off(cuts: Cuts, amounts: Sequence[int], order: Sequence[int]) -> TakenOff:
    """What cuts take off lines.

    The basket's cut is shared out by largest remainder over what each line still costs.

    Args:
        amounts: what each line costs after promotions, in minor units, not below 0.
        order: canonical order of the lines; of equal remainders the earlier gets more.
    """
    own = cuts.lines or (NO_CUT,) * len(amounts)
    open_ = [0 if place in cuts.fixed else amount for place, amount in enumerate(amounts)]
    off = tuple(cut.of(amount) for cut, amount in zip(own, open_, strict=True))
    left = [amount - cut for amount, cut in zip(open_, off, strict=True)]
    return TakenOff(off, share_out(cuts.basket.of(sum(left)), left, order))
