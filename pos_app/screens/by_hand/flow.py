"""The sheets of what is done by hand, joined with the basket and the window's sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import N_, _, money
from pos_app.screens.by_hand.amounts import (
    BASKET,
    LINE,
    PERCENT,
    AmountSheet,
    DiscountSheet,
    PriceSheet,
    Subject,
)
from pos_app.screens.by_hand.presenter import ByHandPresenter
from pos_app.screens.by_hand.sheets import (
    ActsSheet,
    ExemptSheet,
    NoteSheet,
    ReasonSheet,
    SellerSheet,
)
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.widgets.people import role_name
from pos_app.screens.widgets.sheet import WIDE
from pos_app.staff import service as staff_service
from retail.reasons import Occasion

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pos_app.screens.approval.presenter import Approvals
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from pos_app.staff.service import StaffMember

_ACTS = (
    (Command.PRICE, "pencil", N_("Other price")),
    (Command.REDUCE, "percent", N_("Discount")),
    (Command.NOTE, "message-square-text", N_("Note")),
    (Command.SELLER, "user", N_("Salesperson of the line")),
    (Command.EXEMPT, "file-text", N_("Sell without tax")),
    (Command.WAITING, "pause", N_("Waiting baskets")),
    (Command.DRAWER, "banknote", N_("Open the drawer")),
    (Command.CLEAR, "trash-2", N_("Give the basket up")),
)


class ByHandFlow(QObject):
    """Opens a sheet for each act and hands its answer to the presenter."""

    def __init__(
        self,
        basket: CheckoutPresenter,
        approvals: Approvals,
        tasks: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._tasks = tasks
        self._sheet: Sheet
        self._content: QWidget | None = None
        self.presenter = ByHandPresenter(basket, approvals, self)
        self.presenter.done.connect(self._close)
        self.presenter.refused.connect(self._refuse)
        basket.price_missing.connect(self._open_price)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the commands their handlers."""
        commands.bind(Command.PRICE, self._open_price)
        commands.bind(Command.REDUCE, self._open_discount)
        commands.bind(Command.NOTE, self._open_note)
        commands.bind(Command.SELLER, self._open_sellers)
        commands.bind(Command.EXEMPT, self._open_exemption)
        commands.bind(Command.CLEAR, self._open_giving_up)
        commands.bind(Command.ACTS, lambda: self._open_acts(commands.trigger))

    def ask_to_leave_out(self, promotion: str, name: str) -> None:
        """Ask why a promotion is to be left out."""
        content = ReasonSheet(Occasion.LEFT_OUT, name)
        content.chosen.connect(lambda reason: self.presenter.leave_out(promotion, name, reason))
        self._open(_("Why is the offer left out?"), content)

    def _open_price(self) -> None:
        line = self.presenter.line()
        subject = self._subject()
        if line is None or line.item is None:
            self._say(_("Select a line with an article first."))
            return
        number = line.line
        changed = line.override is not None or line.reduction is not None
        content = PriceSheet(subject, changed=changed)
        content.entered.connect(lambda text, reason: self.presenter.set_price(number, text, reason))
        content.reset.connect(lambda: self.presenter.reset_line(number))
        self._open(_("Other price"), content)

    def _open_discount(self) -> None:
        basket, line = self.presenter.open_basket, self.presenter.line()
        if not self._is_filled() or basket is None:
            return
        resets = {LINE} if line is not None and line.reduction is not None else set()
        resets |= {BASKET} if basket.reduction is not None else set()
        number = line.line if line is not None else None
        content = DiscountSheet(self._subject(), resets=frozenset(resets))

        def entered(text: str, reason: str) -> None:
            about = number if content.scope == LINE else None
            share = content.unit == PERCENT
            self.presenter.reduce(about, text, share=share, reason=reason)

        def reset() -> None:
            if content.scope == LINE and number is not None:
                self.presenter.reset_line(number)
            else:
                self.presenter.reset_basket()

        content.entered.connect(entered)
        content.reset.connect(reset)
        self._open(_("Discount"), content)

    def _open_note(self) -> None:
        basket, line = self.presenter.open_basket, self.presenter.line()
        if not self._is_filled() or basket is None:
            return
        number = line.line if line is not None else None
        notes = {LINE: line.note if line is not None else "", BASKET: basket.note}
        content = NoteSheet(self._subject(), notes)
        content.entered.connect(
            lambda text, scope: self.presenter.note(number if scope == LINE else None, text)
        )
        self._open(_("Note"), content)

    def _open_exemption(self) -> None:
        basket = self.presenter.open_basket
        if not self._is_filled() or basket is None:
            return
        if self._basket.session.store.tax_included:
            self._say(
                _("Prices here contain the tax; write an invoice, and the tax comes back with it.")
            )
            return
        given = basket.exemption
        content = ExemptSheet(
            given.certificate if given else "", given.given.reason if given else "certificate"
        )
        content.entered.connect(self.presenter.exempt)
        content.reset.connect(self.presenter.tax_again)
        self._open(_("Sell without tax"), content)

    def _open_sellers(self) -> None:
        line = self.presenter.line()
        if line is None:
            self._say(_("Select a line with an article first."))
            return
        self._tasks.read(
            staff_service.staff_list,
            done=lambda staff: self._show_sellers(line.line, line.seller, staff),
            failed=lambda error: self._say(str(error)),
        )

    def _show_sellers(self, number: int, present: object, staff: tuple[StaffMember, ...]) -> None:
        own = self._basket.session.staff
        others = [one for one in staff if one.staff_id != own.staff_id]
        people = [own, *others]
        place = next((i for i, one in enumerate(people) if one.staff_id == present), 0)
        rows = [(one.name, one.initials, role_name(one.role)) for one in people]
        rows[0] = (own.name, own.initials, _("At the till"))
        content = SellerSheet(rows, place)

        def chosen(at: int) -> None:
            seller = people[at].staff_id if at else None
            self.presenter.sold_by(number, seller, people[at].name)

        content.chosen.connect(chosen)
        self._open(_("Salesperson of the line"), content)

    def _open_giving_up(self) -> None:
        if not self._is_filled():
            return
        content = ReasonSheet(
            Occasion.GIVEN_UP, _("The basket is emptied at once; Undo brings it back.")
        )
        content.chosen.connect(self.presenter.give_up)
        self._open(_("Why is the basket given up?"), content)

    def _open_acts(self, run: Callable[[Command], object]) -> None:
        content = ActsSheet([(command, icon, _(label)) for command, icon, label in _ACTS])

        def chosen(command: Command) -> None:
            self._sheet.close_sheet()
            run(command)

        content.chosen.connect(chosen)
        self._open(_("By hand"), content)

    def _subject(self) -> Subject:
        line = self.presenter.line()
        currency = self._basket.session.store.currency
        if line is None or line.item is None:
            return Subject(None, "–", "", currency)
        return Subject(line.line, line.item.name, money(line.unit_price_minor, currency), currency)

    def _is_filled(self) -> bool:
        basket = self.presenter.open_basket
        if basket is not None and basket.lines:
            return True
        self._say(_("The basket is empty."))
        return False

    def _open(self, title: str, content: QWidget) -> None:
        self._content = content
        self._sheet.open_with(title, content, width=WIDE)

    def _close(self) -> None:
        if self._content is not None and self._sheet.content is self._content:
            self._sheet.close_sheet()
        self._content = None

    def _refuse(self, text: str) -> None:
        """In the sheet where it is still open, otherwise as a message."""
        content = self._sheet.content
        if isinstance(content, AmountSheet | NoteSheet | ExemptSheet | ReasonSheet):
            content.say(text)
        else:
            self._say(text)

    def _say(self, text: str) -> None:
        self._basket.told.emit(Message(text, Tone.WARN))
