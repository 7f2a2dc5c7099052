"""Units set aside for one promotion, and others kept off them.

The engine knows no force: where the others may not have certain units, the promotion gets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from retail.promotions.rules import PricingLine, Promotion, Selector

# No tag of a catalogue and no id of a line holds this letter.
_MARK = "\0"


def set_aside(lines: Sequence[PricingLine], units: Mapping[int, int]) -> tuple[PricingLine, ...]:
    """The lines with so many units of each on a marked line of their own."""
    found: list[PricingLine] = []
    for i, line in enumerate(lines):
        taken = units.get(i, 0)
        if not taken:
            found.append(line)
            continue
        tags = line.tags | {_MARK}
        if taken < line.units:
            found.append(replace(line, quantity=line.quantity - taken))
            own = line.line_id + _MARK
            found.append(replace(line, line_id=own, quantity=taken, tags=tags))
        else:
            found.append(replace(line, tags=tags))
    return tuple(found)


def kept_off(promotions: Iterable[Promotion]) -> list[Promotion]:
    """Item promotions without the marked lines; the others as they are."""
    found = []
    for promotion in promotions:
        if promotion.is_item:
            exclude = promotion.exclude or Selector()
            marked = replace(exclude, tags=exclude.tags | {_MARK})
            found.append(replace(promotion, exclude=marked))
        else:
            found.append(promotion)
    return found
