"""Quick keys joined with the checkout: what a key does, and the page of their design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.checkout import queries
from pos_app.quick_keys.layout import LONGEST_NAME, Cell, CellKind
from pos_app.quick_keys.service import ROLES
from pos_app.runtime.i18n import _, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.checkout.views import listed_price
from pos_app.screens.quick_keys.chooser import Chooser, PageName
from pos_app.screens.quick_keys.model import command_rows
from pos_app.screens.quick_keys.presenter import DesignPresenter, article
from pos_app.screens.quick_keys.screen import DesignScreen
from pos_app.screens.records import FoundRow, Message, TileKind, TileView, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.shell.navigation import Navigation, Page
from pos_app.screens.widgets.sheet import WIDE
from retail.barcode import gtin
from retail.errors import RetailError
from retail.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.checkout.queries import CategoryTile, FoundItem
    from pos_app.screens.approval.presenter import Approvals
    from pos_app.screens.checkout.catalogue_presenter import CataloguePresenter
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.screen import CheckoutScreen
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from retail.catalog import ItemSnapshot


class QuickKeysFlow(QObject):
    """Runs what is on a key, and opens and leaves the design.

    Args:
        sold: the checkout's page, basket and catalogue.
        ways: the navigation, and what runs a command by name.
    """

    def __init__(
        self,
        sold: tuple[CheckoutScreen, CheckoutPresenter, CataloguePresenter],
        approvals: Approvals,
        tasks: TaskRunner,
        ways: tuple[Navigation, Callable[[Command], object]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._checkout, self._basket, self._catalogue = sold
        self._tasks = tasks
        self._navigation, self._run = ways
        self._sheet: Sheet
        self._words = ""
        self.page = page = DesignScreen(self._run)
        self.presenter = presenter = DesignPresenter(approvals, tasks, self)
        self._checkout.grid.chosen.connect(self.press)
        presenter.changed.connect(page.show_view)
        presenter.opened.connect(lambda: self._navigation.go(Page.QUICK_KEYS))
        presenter.published.connect(self._show_published)
        presenter.told.connect(self._basket.told)
        page.role_chosen.connect(lambda role: presenter.begin(self._basket.session, role))
        page.page_chosen.connect(presenter.show_page)
        page.grid.tapped.connect(presenter.choose)
        page.grid.dragged.connect(presenter.drag)
        page.grid.stepped.connect(lambda by, carry: presenter.step(by, carry=carry))
        page.grid.entered.connect(self._enter)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the commands their handlers."""
        one = self.presenter
        for command, handler in (
            (Command.DESIGN, self.open),
            (Command.KEY_ARTICLE, self._ask_article),
            (Command.KEY_CATEGORY, self._ask_category),
            (Command.KEY_COMMAND, self._ask_command),
            (Command.KEY_MOVE, one.take_up),
            (Command.KEY_CLEAR, lambda: one.put(None)),
            (Command.KEY_PAGE, self._ask_page),
            (Command.KEY_TURN, one.next_page),
            (Command.KEY_ROLE, one.other_role),
            (Command.KEY_UNDO, one.undo),
            (Command.KEY_DISCARD, one.discard),
            (Command.KEY_PUBLISH, one.publish),
        ):
            commands.bind(command, handler)

    def press(self, tile: TileView) -> None:
        """Do what is on a key."""
        if tile.kind is TileKind.ARTICLE:
            self._basket.add_sku(tile.sku)
        elif tile.kind is TileKind.CATEGORY:
            self._checkout.chips.choose(tile.sku)
            self._catalogue.choose_category(tile.sku)
        else:
            self._run(Command(tile.sku))

    def open(self) -> None:
        """Design the keys of whoever is at work, by right."""
        role = self._basket.session.staff.role
        self.presenter.begin(self._basket.session, role if role in ROLES else ROLES[0])

    def leave(self) -> None:
        """Back to the checkout; a draft stays."""
        # Messages go with their page.
        self._navigation.go(Page.CHECKOUT)
        self.presenter.leave()

    def scan(self, code: str) -> bool:
        """Put a scanned article on the chosen key; False on other pages."""
        if self._navigation.page is not Page.QUICK_KEYS:
            return False
        self._sheet.close_sheet()
        session = self._basket.session
        try:
            parsed = gtin.parse(code)
        except RetailError as error:
            self._refuse(sentence(error))
            return True
        self._tasks.read(
            queries.find,
            session.store,
            parsed,
            session.desk.now_us(),
            done=self._put_scanned,
            failed=self._failed,
        )
        return True

    def _put_scanned(self, item: ItemSnapshot | None) -> None:
        if item is None:
            self._refuse(_("This code is no article's; the key is as it was."))
            return
        self._basket.heard.emit(Sound.ADDED)
        self.presenter.put(article(item.sku))

    def _enter(self) -> None:
        if not self.presenter.drop():
            self._ask_article()

    def _ask_article(self) -> None:
        content = Chooser(
            _("Article for the key"), empty=_("The first letters of its words are enough: oat coo.")
        )
        content.typed.connect(lambda words: self._search(content, words))
        content.chosen.connect(lambda sku: self._put(article(sku)))
        self._sheet.open_with(_("Article on the key"), content, width=WIDE)

    def _search(self, content: Chooser, words: str) -> None:
        session = self._basket.session
        self._words = words
        self._tasks.read(
            queries.search,
            session.store,
            session.desk.now_us(),
            words,
            done=lambda found: self._show_found(content, words, found),
            failed=self._failed,
        )

    def _show_found(self, content: Chooser, words: str, found: tuple[FoundItem, ...]) -> None:
        if self._sheet.content is not content or words != self._words:
            return
        currency = self._basket.session.store.currency
        rows = []
        for one in found:
            price = listed_price(one, currency)
            detail = " · ".join(text for text in (one.sku, one.gtin) if text)
            rows.append(FoundRow(one.sku, one.name, detail, price, f"{one.name}, {price}"))
        content.show_rows(tuple(rows))

    def _ask_category(self) -> None:
        self._tasks.read(queries.categories, done=self._offer_categories, failed=self._failed)

    def _offer_categories(self, found: tuple[CategoryTile, ...]) -> None:
        rows = tuple(FoundRow(one.category, one.name, "", "", one.name) for one in found)
        self._offer(_("Category for the key"), _("Category on the key"), CellKind.CATEGORY, rows)

    def _ask_command(self) -> None:
        rows = command_rows()
        self._offer(_("Command for the key"), _("Command on the key"), CellKind.COMMAND, rows)

    def _offer(self, asks: str, title: str, kind: CellKind, rows: tuple[FoundRow, ...]) -> None:
        content = Chooser(asks, empty=_("Type the beginning of a word."))

        def narrow(words: str) -> None:
            wanted = fold(words).strip()
            content.show_rows(tuple(row for row in rows if wanted in fold(row.name)))

        content.typed.connect(narrow)
        content.chosen.connect(lambda what: self._put(Cell(kind, what)))
        content.show_rows(rows)
        self._sheet.open_with(title, content, width=WIDE)

    def _put(self, cell: Cell) -> None:
        self._sheet.close_sheet()
        self.presenter.put(cell)

    def _ask_page(self) -> None:
        content = PageName(LONGEST_NAME)

        def add(name: str) -> None:
            self._sheet.close_sheet()
            self.presenter.add_page(name)

        content.entered.connect(add)
        self._sheet.open_with(_("One more page of keys"), content)

    def _show_published(self) -> None:
        self._checkout.chips.choose("")
        self._catalogue.start(self._basket.session)

    def _failed(self, error: Exception) -> None:
        self._refuse(sentence(error))

    def _refuse(self, text: str) -> None:
        self._basket.heard.emit(Sound.UNKNOWN)
        self._basket.told.emit(Message(text, Tone.WARN))
