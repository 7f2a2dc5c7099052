"""What pricing decides: the applied promotions, line by line, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Applied:
    """A promotion as applied; ``shares`` and ``consumed`` follow the input order of lines.

    Attributes:
        discount: minor units, the sum of ``shares``.
        applications: how often its offer was used; 1 for a basket promotion.
        consumed: units taken per line; all 0 for a basket promotion.
    """

    promo_id: str
    discount: int
    shares: tuple[int, ...]
    applications: int
    consumed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best choice of promotions; tuples follow the input order of lines.

    Attributes:
        discounts: minor units per line, item and basket lane together.
        applied: by promotion id.
        minimised: the sum that was minimised, in 1/10,000 minor unit.
        bound: no admissible choice is below this, in the same unit.
        proved: ``minimised`` is the least possible.
    """

    discounts: tuple[int, ...]
    applied: tuple[Applied, ...]
    minimised: int
    bound: int
    proved: bool

    @property
    def consumed(self) -> tuple[int, ...]:
        """Units taken per line by all item promotions."""
        return tuple(sum(a.consumed[i] for a in self.applied) for i in range(len(self.discounts)))
