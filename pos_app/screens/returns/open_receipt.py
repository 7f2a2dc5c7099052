"""The receipt whose goods come back: its chosen line and how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pos_app.checkout.returning import left_of
from pos_app.runtime.i18n import _
from pos_app.screens.returns.model import counted
from retail.quantity import ONE

if TYPE_CHECKING:
    from pos_app.checkout.receipt_search import Receipt
    from retail.contract.sales import SoldLine
    from retail.pricing import PricedBasket

_TENTH = ONE // 10


class OpenReceipt:
    """A receipt with one chosen line; as much of it as is left comes back unless told otherwise."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt
        self.left: Mapping[int, int] = left_of(receipt)
        self.here: Mapping[int, int] = {}
        self.thousandths = 0
        self._n = next(iter(self.left), 0)

    @property
    def line(self) -> SoldLine | None:
        """The chosen line."""
        return next((line for line in self.receipt.fact.lines if line.n == self._n), None)

    @property
    def chosen(self) -> str:
        """The chosen line's number as the key of its row."""
        return str(self._n)

    @property
    def is_done(self) -> bool:
        """True when the open basket takes back all that was left."""
        return all(self.here.get(n, 0) >= left for n, left in self.left.items())

    @property
    def open_lines(self) -> int:
        """How many lines have something left."""
        return sum(1 for left in self.left.values() if left > 0)

    @property
    def amount(self) -> str:
        """How much of the chosen line comes back: ``1 of 2``."""
        line = self.line
        unit = line.unit if line else ""
        return _("%(n)s of %(left)s") % {
            "n": counted(self.thousandths, unit),
            "left": counted(self.left.get(self._n, 0), unit),
        }

    def look(self, priced: PricedBasket | None) -> None:
        """Learn what the open basket takes back, and choose the first line that is left."""
        self.here = {
            back.n: line.line.quantity
            for line in (priced.lines if priced else ())
            if (back := line.line.returned) is not None and back.sale == self.receipt.rid
        }
        open_ = [n for n, left in self.left.items() if left > 0 and n not in self.here]
        self.choose(str(open_[0] if open_ else next(iter(self.left), 0)))

    def renew(self, receipt: Receipt) -> None:
        """The same receipt, by what head office knows of it: less may be left."""
        self.receipt, self.left = receipt, left_of(receipt)
        self.set_quantity(self.thousandths)

    def choose(self, key: str) -> None:
        """Choose a line by the key of its row."""
        self._n = int(key)
        self.set_quantity(self.left.get(self._n, 0))

    def choose_article(self, code: str) -> bool:
        """Choose the line of a scanned article; False when none is of it."""
        for line in self.receipt.fact.lines:
            same = line.gtin and line.gtin.lstrip("0") == code.lstrip("0")
            if line.n in self.left and (same or line.sku == code):
                self.choose(str(line.n))
                return True
        return False

    def change_by(self, step: int) -> None:
        """More or less by a piece, or by a tenth of a unit."""
        line = self.line
        piece = line is None or line.unit == "piece"
        self.set_quantity(self.thousandths + step * (ONE if piece else _TENTH))

    def set_quantity(self, thousandths: int) -> None:
        """So much comes back, at least something of what is left and at most all of it."""
        left, line = self.left.get(self._n, 0), self.line
        least = min(left, ONE if line and line.unit == "piece" else 1)
        self.thousandths = min(max(thousandths, least), left)
