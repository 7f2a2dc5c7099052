"""The sheets of gift cards joined with the basket: sold, topped up, and asked for their balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.checkout import stored_value
from pos_app.runtime.i18n import _, day_and_time, money, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.gift_card.balance_sheet import GIFT_CARD, STORE_CREDIT, BalanceSheet
from pos_app.screens.gift_card.load_sheet import LoadSheet
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.widgets.sheet import WIDE
from retail.barcode.scanned import GiftCard, StoreCredit
from retail.value import ValueKind, last_four

if TYPE_CHECKING:
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.checkout.code_reader import CodeReader
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.shell.ports import ValueCounter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from pos_app.value.service import Balance
    from retail.catalog import ItemSnapshot


_KINDS = {StoreCredit: STORE_CREDIT, GiftCard: GIFT_CARD}


class GiftCardFlow(QObject):
    """Opens the sheets; a card that was rung up is asked for at head office on the way."""

    def __init__(
        self,
        basket: CheckoutPresenter,
        sources: tuple[ValueCounter | None, CodeReader],
        tasks: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._counter, self._codes = sources
        self._tasks = tasks
        self._sheet: Sheet
        basket.storing_asked.connect(self._open)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.BALANCE, self.open_balance)

    def scan(self, code: str) -> bool:
        """Take a scanned code while one of the sheets is open; False when none is."""
        content = self._sheet.content
        kind = _KINDS.get(type(self._codes.read(code)))
        if isinstance(content, BalanceSheet) and kind is not None:
            content.choose(kind)
        if isinstance(content, LoadSheet | BalanceSheet):
            content.take_code(code)
            return True
        return False

    def open_balance(self) -> None:
        """Ask for a code whose balance is wanted."""
        content = BalanceSheet()
        content.asked.connect(lambda code, kind: self._ask(content, code, ValueKind(kind)))
        self._sheet.open_with(_("Balance of a card"), content)

    def _open(self, item: ItemSnapshot) -> None:
        currency = self._basket.session.store.currency
        fixed = money(item.unit_price_minor, currency) if item.unit_price_minor else ""
        content = LoadSheet(fixed, currency)
        content.entered.connect(lambda code, minor: self._ring_up(content, item, code, minor))
        self._sheet.open_with(item.name, content, width=WIDE)

    def _ring_up(self, content: LoadSheet, item: ItemSnapshot, code: str, minor: int) -> None:
        def failed(error: Exception) -> None:
            self._basket.heard.emit(Sound.RESTRICTED)
            if self._sheet.content is content:
                content.show_refusal(sentence(error))
            else:
                self._say(sentence(error))

        self._tasks.run(
            stored_value.ring_up,
            self._basket.session,
            item.sku,
            code,
            minor,
            done=lambda view: self._rung_up(content, item, code, view),
            failed=failed,
        )

    def _rung_up(
        self, content: LoadSheet, item: ItemSnapshot, code: str, view: CheckoutView
    ) -> None:
        if self._sheet.content is content:
            self._sheet.close_sheet()
        self._basket.heard.emit(Sound.ADDED)
        said = _("%(name)s added") % {"name": item.name}
        self._basket.take_over(view, Message(said, undo=True))
        if self._counter is None:
            return
        number = self._codes.card_number(code)
        kind = ValueKind(item.stores)
        self._tasks.follow(
            self._counter.balance(self._basket.session, kind, number),
            done=lambda found: self._warn(found, number),
            failed=_not_needed,
        )

    def _warn(self, found: Balance, number: str) -> None:
        if found.blocked:
            said = _("The card ending in %(last)s is blocked; take another one.")
            self._say(said % {"last": last_four(number)})

    def _ask(self, content: BalanceSheet, code: str, kind: ValueKind) -> None:
        if self._counter is None:
            content.show_answer(_("This till takes no stored value."), "")
            return
        number = self._codes.card_number(code)

        def show(title: str, detail: str) -> None:
            if self._sheet.content is content:
                content.show_answer(title, detail)

        self._tasks.follow(
            self._counter.balance(self._basket.session, kind, number),
            done=lambda found: show(*self._words(found, number)),
            failed=lambda error: show(_("Not known"), sentence(error)),
        )

    def _words(self, found: Balance, number: str) -> tuple[str, str]:
        """What is on a card, and who says so."""
        store = self._basket.session.store
        card = _("Card ending in %s") % last_four(number)
        if found.blocked:
            return _("Blocked"), card
        if not found.known and found.online:
            return _("Never sold"), _("%(card)s: nothing was ever put on it.") % {"card": card}
        if found.minor is None:
            return _("Not known"), _("Head office cannot be asked now; try again later.")
        amount = money(found.minor, store.currency)
        if found.online or found.as_of is None:
            return amount, card
        when = day_and_time(found.as_of, store.zone)
        return amount, _("%(card)s, as head office told at %(time)s") % {"card": card, "time": when}

    def _say(self, text: str) -> None:
        self._basket.told.emit(Message(text, Tone.WARN))


def _not_needed(_error: Exception) -> None:
    # The card is in the basket whether or not anybody knows what is on it.
    return
