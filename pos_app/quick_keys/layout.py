"""A layout of quick keys: pages of places, changed as values. Nothing moves by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from retail.errors import RetailError

PLACES = 40
"""Keys of a page."""
MOST_PAGES = 6
LONGEST_NAME = 24


class CellKind(StrEnum):
    """What a key does: add an article, open a category, run a command."""

    ARTICLE = "article"
    CATEGORY = "category"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Cell:
    """A key; ``what`` is an SKU, a category or a command's name."""

    kind: CellKind
    what: str


Cells = tuple[Cell | None, ...]
"""A page's keys by their places; None where a place is free."""


@dataclass(frozen=True, slots=True)
class KeyPage:
    """A named page; an empty name is that of the favourites."""

    name: str
    cells: Cells

    @property
    def is_free(self) -> bool:
        """True when it has no key."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Layout:
    """The pages of a role; without one it has the favourites of the catalogue."""

    pages: tuple[KeyPage, ...] = ()

    def put(self, page: int, place: int, cell: Cell | None) -> Layout:
        """Put a key on a place, or free it."""
        cells = self.pages[page].cells
        return self._with(page, (*cells[:place], cell, *cells[place + 1 :]))

    def move(self, page: int, source: int, target: int) -> Layout:
        """Let two places change their keys; all others stay where they are."""
        cells = list(self.pages[page].cells)
        cells[source], cells[target] = cells[target], cells[source]
        return self._with(page, tuple(cells))

    def add_page(self, name: str) -> Layout:
        """One more page, all free.

        Raises:
            RetailError: ``keys.pages`` when there are as many as there may be.
        """
        if len(self.pages) >= MOST_PAGES:
            raise RetailError(
                "keys.pages",
                "There are %(most)s pages already; put the key on one of them.",
                most=MOST_PAGES,
            )
        short = " ".join(name.split())[:LONGEST_NAME]
        return Layout((*self.pages, KeyPage(short, free_page())))

    def without_free_pages(self) -> Layout:
        """What is kept: a page without a key is none."""
        return Layout(tuple(page for page in self.pages if not page.is_free))

    def _with(self, page: int, cells: Cells) -> Layout:
        changed = replace(self.pages[page], cells=cells)
        return Layout((*self.pages[:page], changed, *self.pages[page + 1 :]))


def free_page() -> Cells:
    """A page without a key."""
    return (None,) * PLACES


def placed(keys: dict[int, Cell]) -> Cells:
    """A page with these keys at their places."""
    return tuple(keys.get(place) for place in range(PLACES))
