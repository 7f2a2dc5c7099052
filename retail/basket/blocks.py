"""What keeps a basket from being paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from retail.basket.model import Basket


class Block(StrEnum):
    """Why a line keeps the basket from being paid."""

    UNKNOWN_CODE = "unknown_code"
    WEIGHT_MISSING = "weight_missing"
    AGE_CHECK = "age_check"
    SERIAL_MISSING = "serial_missing"
    LOT_MISSING = "lot_missing"
    PRICE_MISSING = "price_missing"


@dataclass(frozen=True, slots=True)
class LineBlock:
    """A line and what it waits for."""

    line: int
    block: Block


def confirm_age(basket: Basket, years: int) -> Basket:
    """Note that the cashier has checked the buyer's age; the date of birth is not kept."""
    return replace(basket, age_confirmed=max(years, basket.age_confirmed))


def blocks(basket: Basket) -> tuple[LineBlock, ...]:
    """Everything that keeps the basket from being paid, line by line."""
    found: list[LineBlock] = []
    for line in basket.lines:
        if line.item is None:
            found.append(LineBlock(line.line, Block.UNKNOWN_CODE))
            continue
        if line.quantity == 0:
            found.append(LineBlock(line.line, Block.WEIGHT_MISSING))
        if line.returned is not None:
            continue
        if line.item.min_age > basket.age_confirmed:
            found.append(LineBlock(line.line, Block.AGE_CHECK))
        if line.item.unpriced and line.override is None and line.label_minor is None:
            found.append(LineBlock(line.line, Block.PRICE_MISSING))
        if "serial" in line.item.requires and not line.serial:
            found.append(LineBlock(line.line, Block.SERIAL_MISSING))
        if "lot" in line.item.requires and not line.lot:
            found.append(LineBlock(line.line, Block.LOT_MISSING))
    return tuple(found)
