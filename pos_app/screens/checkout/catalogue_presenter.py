"""Categories, tiles, search and price check: everything that only reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.checkout import queries
from pos_app.inventory.queries import told_on_hand
from pos_app.quick_keys import queries as quick_keys
from pos_app.runtime.i18n import _, ngettext, quantity, sentence
from pos_app.screens.checkout.views import listed_price, stock_left, tile_view, unit_price
from pos_app.screens.quick_keys.model import key_tiles, page_chips, page_of
from pos_app.screens.records import ChipView, FoundRow, TileKind, TileView
from retail.barcode import gtin
from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.input_line import is_command, words_of
from retail.quantity import ONE
from retail.variants import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.queries import StoreProfile
    from pos_app.till.service import TillSession

_DEBOUNCE_MS = 80


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """The answer to a price check; an empty name says that the code is unknown."""

    code: str
    name: str
    price: str
    detail: str


def is_search(text: str) -> bool:
    """True for a text that reads like a name: two letters at least and no digit before them."""
    words = words_of(text)
    if is_command(text):
        return False
    return len(words) >= 2 and words[:2].isalpha()


def _by_family(found: tuple[queries.FoundItem, ...]) -> dict[str, tuple[queries.FoundItem, ...]]:
    """Found articles that are variants of each other, in the order found."""
    grouped: dict[str, tuple[queries.FoundItem, ...]] = {}
    for item in found:
        if item.family:
            grouped[item.family] = (*grouped.get(item.family, ()), item)
    return grouped


def _family_row(variants: tuple[queries.FoundItem, ...], currency: str) -> FoundRow:
    """One row for all of them, with the price from which they begin."""
    name = name_of(tuple(one.name for one in variants))
    count = ngettext("%(n)d variant", "%(n)d variants", len(variants))
    lowest = min(variants, key=lambda one: one.price_minor)
    price = unit_price(lowest.price_minor, lowest.unit, currency)
    if any(one.price_minor != lowest.price_minor for one in variants):
        price = _("from %(price)s") % {"price": price}
    return FoundRow(variants[0].sku, name, count, price, f"{name}, {count}, {price}")


def _find(
    tx: Any, store: StoreProfile, now_us: int, words: str
) -> tuple[tuple[queries.FoundItem, ...], dict[str, int]]:
    """What a search finds, with what of it is in the store as far as head office told."""
    found = queries.search(tx, store, now_us, words)
    return found, told_on_hand(tx, [one.sku for one in found])


class CataloguePresenter(QObject):
    """Reads the catalogue for the checkout.

    Signals:
        tiles_changed: tuple of tile views.
        categories_changed: tuple of chip views.
        found_changed: tuple of :class:`FoundRow`, for the text asked last.
        price_found: a :class:`PriceAnswer`.
        stopped: a sentence; the store could not be read.
    """

    tiles_changed = Signal(object)
    categories_changed = Signal(object)
    found_changed = Signal(object)
    price_found = Signal(object)
    stopped = Signal(str)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._session: TillSession | None = None
        self._front: quick_keys.Front | None = None
        self._tiles: tuple[TileView, ...] = ()
        self._words = ""
        self._families: dict[str, str] = {}
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._search)

    def start(self, session: TillSession) -> None:
        """Load pages of keys, categories and the first page for a session."""
        self._session = session
        role = session.staff.role
        self._tasks.read(quick_keys.front, role, done=self._show_front, failed=self._failed)

    def choose_category(self, key: str) -> None:
        """Show the tiles of a category or a page of keys, the first page for an empty key."""
        if self._session is None or self._front is None:
            return
        store, now = self._session.store, self._session.desk.now_us()
        page = page_of(key, self._front.pages)
        if page is not None:
            read, front = quick_keys.keys, self._front
            done = self._show_keys
            self._tasks.read(read, store, now, front, page, done=done, failed=self._failed)
            return
        self._tasks.read(
            queries.tiles, store, now, key or None, done=self._show_tiles, failed=self._failed
        )

    def sku_at(self, place: int) -> str:
        """The article at a place of the grid counted from 0; empty when there is none."""
        tile = self.tile_at(place)
        return tile.sku if tile is not None and tile.kind is TileKind.ARTICLE else ""

    def tile_at(self, place: int) -> TileView | None:
        """What is at a place of the grid counted from 0; None when it is free."""
        tile = self._tiles[place] if place < len(self._tiles) else None
        return None if tile is None or tile.kind is TileKind.FREE else tile

    def family_of(self, sku: str) -> str:
        """The family that a result stands for, empty when it is the article itself."""
        return self._families.get(sku, "")

    def search(self, text: str) -> None:
        """Look for articles once the typing pauses."""
        self._words = words_of(text)
        self._debounce.start()

    def first(self, text: str, done: Callable[[str], None]) -> None:
        """Call ``done`` with the SKU of the first result for a text, empty when there is none."""
        if self._session is None:
            return
        store, now = self._session.store, self._session.desk.now_us()
        self._tasks.read(
            queries.search,
            store,
            now,
            words_of(text),
            done=lambda found: done(self._first_of(found)),
            failed=self._failed,
        )

    def _first_of(self, found: tuple[queries.FoundItem, ...]) -> str:
        if not found:
            return ""
        first = found[0]
        several = len(_by_family(found).get(first.family, ())) > 1
        self._families = {first.sku: first.family} if several else {}
        return first.sku

    def check_price(self, text: str) -> None:
        """Look an article up by its code without selling it."""
        text = text.strip()
        if self._session is None or not text:
            return
        try:
            code = gtin.parse(text)
        except RetailError as error:
            self.price_found.emit(PriceAnswer(text, "", "", sentence(error)))
            return
        store, now = self._session.store, self._session.desk.now_us()
        self._tasks.read(
            queries.find,
            store,
            code,
            now,
            done=lambda item: self._answer(text, item),
            failed=self._failed,
        )

    def _answer(self, code: str, item: ItemSnapshot | None) -> None:
        if item is None or self._session is None:
            reason = _("This code is not in the catalogue. Nothing was added to the basket.")
            self.price_found.emit(PriceAnswer(code, "", "", reason))
            return
        currency = self._session.store.currency
        price = unit_price(item.unit_price_minor, item.unit, currency)
        if item.stores and not item.unit_price_minor:
            price = _("Any amount")
        facts = [item.sku, item.gtin]
        if item.pack_thousandths != ONE:
            facts.append(_("pack of %(n)s") % {"n": quantity(item.pack_thousandths)})
        if item.min_age:
            facts.append(f"{item.min_age}+")
        detail = " · ".join(fact for fact in facts if fact)
        self.price_found.emit(PriceAnswer(code, item.name, price, detail))

    def _search(self) -> None:
        words = self._words
        if self._session is None or not words:
            self.found_changed.emit(())
            return
        store, now = self._session.store, self._session.desk.now_us()
        self._tasks.read(
            _find,
            store,
            now,
            words,
            done=lambda found: self._show_found(words, *found),
            failed=self._failed,
        )

    def _show_found(
        self, words: str, found: tuple[queries.FoundItem, ...], there: Mapping[str, int]
    ) -> None:
        if words != self._words or self._session is None:
            return
        currency = self._session.store.currency
        rows = []
        self._families, grouped = {}, _by_family(found)
        for item in found:
            variants = grouped.get(item.family, ())
            if len(variants) > 1:
                if variants[0] is item:
                    self._families[item.sku] = item.family
                    rows.append(_family_row(variants, currency))
                continue
            price = listed_price(item, currency)
            left = stock_left(there[item.sku], item.unit) if item.sku in there else ""
            detail = " · ".join(part for part in (left, item.sku, item.gtin) if part)
            spoken = ", ".join(part for part in (item.name, price, left) if part)
            rows.append(FoundRow(item.sku, item.name, detail, price, spoken))
        self.found_changed.emit(tuple(rows))

    def _show_front(self, front: quick_keys.Front) -> None:
        self._front = front
        groups = (ChipView(c.category, c.name) for c in front.categories)
        self.categories_changed.emit((*page_chips(front.pages), *groups))
        self.choose_category("")

    def _show_keys(self, found: tuple[quick_keys.Key, ...]) -> None:
        if self._session is not None:
            last = max((key.place for key in found), default=-1)
            self._show(key_tiles(found, self._session.store.currency, last + 1))

    def _show_tiles(self, found: tuple[queries.Tile, ...]) -> None:
        if self._session is None:
            return
        currency = self._session.store.currency
        self._show(tuple(tile_view(tile, currency) for tile in found))

    def _show(self, tiles: tuple[TileView, ...]) -> None:
        self._tiles = tiles
        self.tiles_changed.emit(tiles)

    def _failed(self, error: Exception) -> None:
        self.stopped.emit(sentence(error))
