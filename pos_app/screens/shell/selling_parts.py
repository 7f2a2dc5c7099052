"""The parts of selling: what each page, sheet and device is joined with, built in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import _
from pos_app.screens.approval.presenter import Approvals
from pos_app.screens.by_hand.flow import ByHandFlow
from pos_app.screens.card.flow import CardFlow
from pos_app.screens.checkout.catalogue_presenter import CataloguePresenter
from pos_app.screens.checkout.code_reader import CodeReader
from pos_app.screens.checkout.done_screen import DoneScreen
from pos_app.screens.checkout.foreign_flow import ForeignFlow
from pos_app.screens.checkout.input_line import InputLine
from pos_app.screens.checkout.line_flow import LineFlow
from pos_app.screens.checkout.line_presenter import LinePresenter
from pos_app.screens.checkout.next_sale import NextSale
from pos_app.screens.checkout.other_codes import OtherCodes
from pos_app.screens.checkout.payment_flow import PaymentFlow
from pos_app.screens.checkout.presenter import CheckoutPresenter
from pos_app.screens.checkout.price_watch import PriceWatch
from pos_app.screens.checkout.reprints import Reprints
from pos_app.screens.checkout.screen import CheckoutScreen
from pos_app.screens.checkout.shelf_count import ShelfCount
from pos_app.screens.checkout.side_sheets import SideSheets
from pos_app.screens.checkout.tender_presenter import TenderPresenter
from pos_app.screens.checkout.tender_screen import TenderScreen
from pos_app.screens.checkout.why_side import WhySide
from pos_app.screens.coupons.flow import CouponsFlow
from pos_app.screens.customers.flow import CustomersFlow
from pos_app.screens.gift_card.flow import GiftCardFlow
from pos_app.screens.holding.flow import HoldingFlow
from pos_app.screens.invoice.flow import InvoiceFlow
from pos_app.screens.mailing.flow import MailingFlow
from pos_app.screens.quick_keys.flow import QuickKeysFlow
from pos_app.screens.receipt_way.flow import ReceiptWayFlow
from pos_app.screens.records import Message
from pos_app.screens.returns.flow import ReturnsFlow
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.shell.navigation import Navigation
from pos_app.screens.shell.ports import ShellPorts
from pos_app.screens.till.drawer import DrawerFlow
from pos_app.screens.value.flow import ValueFlow
from pos_app.screens.value.member_flow import MemberFlow
from pos_app.screens.variants.flow import VariantsFlow
from pos_app.screens.weighing.flow import WeighingFlow
from pos_app.screens.widgets.sheet import Sheet
from pos_app.screens.widgets.toast import ToastStack

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


class SellingParts(QObject):
    """Builds the parts of selling and hands them the window's sheet and commands.

    Args:
        ports: what the window was given.
        navigation: asked for pages.
        run: runs a command by name.
        parent: Qt parent.
    """

    def __init__(
        self,
        ports: ShellPorts,
        navigation: Navigation,
        *,
        run: Callable[[Command], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._navigation = navigation
        self._tasks = tasks = ports.tasks
        self._picture = ports.receipt_picture
        self.checkout = CheckoutScreen(ports.desk.now, run)
        self.tender = TenderScreen(run)
        self.done = DoneScreen(run, with_receipt=self._picture is not None)
        self.basket = CheckoutPresenter(tasks, self)
        self.catalogue = CataloguePresenter(tasks, self)
        self.shelf = ShelfCount(tasks, self)
        self.payment = TenderPresenter(self)
        self._sheet: Sheet
        self._toasts: ToastStack
        self.reader = LinePresenter(self.basket, tasks.after_answers, self)
        self.input = InputLine(self.checkout, self.catalogue, self.reader, self)
        self.entries = LineFlow(self.reader, self.catalogue, self)
        self.approvals = Approvals(tasks, ports.desk, self)
        self.weighing = WeighingFlow(self.basket, self.approvals, ports, self)
        self.sheets = SideSheets(
            self.checkout, self.basket, self.catalogue, self.reader, self.weighing, self
        )
        self.variants = VariantsFlow(self.basket, tasks, self)
        self.prices = PriceWatch(self.basket, tasks, self)
        self.why = WhySide(self.checkout, self.basket, tasks, self)
        self.codes = CodeReader(tasks)
        self._build_payment(ports)
        asked = (tasks, ports.counter)
        self.customers = CustomersFlow(self.basket, asked, self)
        self.other = OtherCodes(self.basket, self.customers, self)
        counted = (ports.value, self.codes)
        self.coupons = CouponsFlow(self.checkout, self.basket, counted, tasks, self)
        self.other.coupon_scanned.connect(self.coupons.take)
        self.next_sale = NextSale(self.basket, self)
        self.reader.member_asked.connect(self.customers.presenter.attach_card)
        self.returns = ReturnsFlow(self.basket, self.approvals, asked, (navigation, run), self)
        self.by_hand = ByHandFlow(self.basket, self.approvals, tasks, self)
        kick = ports.open_drawer
        self.drawer = DrawerFlow(lambda: self.basket.session, self.approvals, kick, self)
        self.holding = HoldingFlow(self.checkout, self.basket, asked, self)
        sold = (self.checkout, self.basket, self.catalogue)
        self.keys = QuickKeysFlow(sold, self.approvals, tasks, (navigation, run), self)

    def _build_payment(self, ports: ShellPorts) -> None:
        """What is done on the payment page, and with the receipt behind it."""
        tasks = self._tasks
        self.paying = PaymentFlow(self.tender, self.payment, self.basket, self)
        self.foreign = ForeignFlow(self.basket, self.payment, tasks, self)
        opened = self._opened_receipt
        self.reprints = Reprints(self.basket, tasks, ports.save_receipt, opened, self)
        self.receipt_way = ReceiptWayFlow(self.basket, self.tender.ways, tasks, self)
        self.mailing = MailingFlow(self.basket, tasks, opened, self)
        counter, saved = (tasks, ports.counter), ports.save_invoice
        self.invoices = InvoiceFlow(self.basket, counter, saved, opened, self)
        self.value = ValueFlow(self.basket, self.payment, (ports.value, self.codes), tasks, self)
        self.members = MemberFlow(self.basket, self.payment, ports.value, tasks, self)
        self.basket.closed.connect(self.value.sold)
        sources = (ports.value, self.codes)
        self.gift_cards = GiftCardFlow(self.basket, sources, tasks, self)
        if ports.cards is not None:
            self.tender.card.set_detail(_("At the terminal"))
        over = (ports.cards, tasks)
        self.cards = CardFlow(self.basket, self.payment, self._navigation, over, self)

    def _opened_receipt(self) -> UUID | None:
        """The sale whose receipt is open in the returns; what is done with a receipt means it."""
        return self.returns.opened

    def attach_parts(self, sheet: Sheet) -> None:
        """Join the parts with the window's sheet."""
        for part in (
            self.sheets,
            self.paying,
            self.foreign,
            self.value,
            self.gift_cards,
            self.receipt_way,
            self.members,
            self.mailing,
            self.invoices,
            self.customers,
            self.coupons,
            self.returns,
            self.entries,
            self.by_hand,
            self.holding,
            self.weighing,
            self.variants,
            self.keys,
            self.drawer,
        ):
            part.attach(sheet)
        self.cards.attach(sheet, self.paying, self.returns.payout)

    def bind_parts(self, commands: CommandMap) -> None:
        """Give the parts' commands their handlers."""
        for part in (
            self.sheets,
            self.paying,
            self.foreign,
            self.reprints,
            self.gift_cards,
            self.receipt_way,
            self.mailing,
            self.invoices,
            self.customers,
            self.coupons,
            self.input,
            self.returns,
            self.by_hand,
            self.holding,
            self.variants,
            self.prices,
            self.keys,
            self.drawer,
        ):
            part.bind(commands)

    def connect_told(self, say: Callable[[Message], object]) -> None:
        """Let somebody say what the parts tell."""
        for part in (
            self.basket,
            self.payment,
            self.foreign,
            self.cards,
            self.members,
            self.coupons,
            self.customers.presenter,
            self.other,
            self.entries,
            self.approvals,
            self.sheets,
            self.reprints,
            self.mailing,
            self.next_sale,
            self.prices,
            self.drawer,
        ):
            part.told.connect(say)
