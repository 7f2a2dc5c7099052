"""Reasons as large chips, each with a letter that chooses it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets.button import AppButton
from retail.reasons import REASONS, Occasion

_COLUMNS = 2


def letters(texts: Sequence[str]) -> tuple[str, ...]:
    """A letter for each text: its first one that no text before it took; empty for none."""
    taken: list[str] = []
    for text in texts:
        free = (c for c in text.upper() if c.isascii() and c.isalpha() and c not in taken)
        taken.append(next(free, ""))
    return tuple(taken)


class ReasonChips(QWidget):
    """The reasons of an occasion; one of them may be chosen.

    Args:
        occasion: what a reason is asked for.
        numbered: digits choose as well, because nothing else needs them.
        typed: letters are text elsewhere on the sheet and choose nothing.

    Signals:
        chosen: code of the reason.
    """

    chosen = Signal(str)

    def __init__(
        self,
        occasion: Occasion,
        *,
        numbered: bool = False,
        typed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.reason = ""
        codes = tuple(REASONS[occasion])
        texts = [_(REASONS[occasion][code]) for code in codes]
        keys = ("",) * len(codes) if typed else letters(texts)
        self._by_key = {key: code for key, code in zip(keys, codes, strict=True) if key}
        if numbered:
            self._by_key |= {str(n): code for n, code in enumerate(codes, 1)}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.current().px(8))
        self._chips: dict[str, AppButton] = {}
        for place, (code, text, key) in enumerate(zip(codes, texts, keys, strict=True)):
            hint = f"{place + 1}  {key}".strip() if numbered else key
            chip = AppButton(text, hint=hint, name=f"{text} ({hint})" if hint else text)
            chip.setCheckable(True)
            chip.setFixedHeight(theme.current().px(52))
            chip.clicked.connect(lambda _on=False, code=code: self.choose(code))
            grid.addWidget(chip, place // _COLUMNS, place % _COLUMNS)
            self._chips[code] = chip
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)

    def mark(self, code: str) -> None:
        """Show a reason as the one chosen, as if it had been so from the start."""
        self.reason = code
        for one, chip in self._chips.items():
            chip.setChecked(one == code)

    def choose(self, code: str) -> None:
        """Choose a reason."""
        self.mark(code)
        self.chosen.emit(code)

    def choose_key(self, key: str) -> bool:
        """Choose the reason of a key; False when the key means none."""
        code = self._by_key.get(key.upper(), "")
        if code:
            self.choose(code)
        return bool(code)

    def chip(self, code: str) -> AppButton:
        """The button of a reason."""
        return self._chips[code]
