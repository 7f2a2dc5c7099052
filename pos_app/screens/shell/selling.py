"""Selling from the first scan to the next customer: screens and presenters joined."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from pos_app.runtime.i18n import _
from pos_app.runtime.sounds import Sound
from pos_app.screens.approval.flow import ApprovalFlow
from pos_app.screens.checkout.done_words import done_view, last_sale
from pos_app.screens.checkout.sheets import AgeCheck, PriceCheck
from pos_app.screens.checkout.state import BasketState, Intent
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.screens.shell.navigation import Page
from pos_app.screens.shell.selling_parts import SellingParts
from pos_app.screens.widgets.people import role_name
from pos_app.screens.widgets.sheet import Sheet
from pos_app.screens.widgets.toast import ToastStack
from retail.tender.settlement import TenderKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from pos_app.checkout.closing import ClosedSale
    from pos_app.sync.status import SyncStatus
    from pos_app.till.service import TillSession

_PICTURE_MS = 150
"""A receipt is drawn once nobody goes on at once."""
_log = logging.getLogger("tillwright.screens")


class SellingFlow(SellingParts):
    """Owns the three selling pages and moves between them.

    Args:
        ports: what the window was given.
        navigation: asked for pages.
        run: runs a command by name.
        parent: Qt parent.
    """

    def attach(self, sheet: Sheet, toasts: ToastStack) -> None:
        """Join with the window's sheet and toasts, and the parts with each other."""
        self._sheet, self._toasts = sheet, toasts
        self._link: SyncStatus | None = None
        self._started = False
        self.attach_parts(sheet)
        self.connect_told(self.say)
        # Never two layers: the panel goes when another sheet comes or the page is left.
        sheet.opened.connect(self.why.close)
        self._navigation.changed.connect(lambda _page: self.why.close())
        self._navigation.changed.connect(self._left_payment)
        self._navigation.changed.connect(lambda _page: self.holding.presenter.give_up_asking())
        self.other.receipt_scanned.connect(self.returns.open_receipt)
        self.other.slip_scanned.connect(self.holding.presenter.take_slip)
        self.reader.return_asked.connect(self.returns.open_typed)
        self.approval = ApprovalFlow(self.approvals, sheet, self)
        self.why.leave_out_asked.connect(self.by_hand.ask_to_leave_out)
        self.why.let_in_asked.connect(self.by_hand.presenter.let_in)
        self._connect_basket()
        self._connect_catalogue()
        self.paying.begun.connect(self._open_tender)
        self.done.finished.connect(self._next_sale)
        self.done.typed.connect(lambda key: QApplication.sendEvent(self.checkout.line, key))
        self.mailing.opened.connect(self.done.wait)
        self.invoices.opened.connect(self.done.wait)
        self.drawer.opened.connect(self.done.wait)

    def bind(self, commands: CommandMap) -> None:
        """Give the selling commands their handlers."""
        basket = self.basket
        commands.bind(Command.PRICE_CHECK, self.entries.open_price_check)
        commands.bind(Command.CASH, lambda: self._pay(Intent.CASH, TenderKind.CASH))
        commands.bind(Command.CARD, lambda: self._pay(Intent.CARD, TenderKind.CARD))
        commands.bind(Command.STORE_CREDIT, self._store_credit)
        commands.bind(Command.TENDER, lambda: self._begin_payment(Intent.PAGE))
        commands.bind(Command.UNDO, basket.undo)
        commands.bind(Command.REDO, basket.redo)
        commands.bind(Command.WHY, self.why.toggle)
        commands.bind(Command.LINE_WHY, self.why.open_line)
        commands.bind(Command.LINE_UP, lambda: basket.move(-1))
        commands.bind(Command.LINE_DOWN, lambda: basket.move(1))
        after = self._tasks.after_answers
        commands.bind(Command.LINE_MORE, lambda: after(lambda: basket.change_by(1)))
        commands.bind(Command.LINE_LESS, lambda: after(lambda: basket.change_by(-1)))
        commands.bind(Command.LINE_REMOVE, lambda: after(basket.remove))
        self.bind_parts(commands)

    def start(self, session: TillSession) -> None:
        """Begin for a session with a shift."""
        strip = self.checkout.strip
        till = _("Till %(till)d") % {"till": session.till}
        if session.shift is not None:
            till += " · " + _("Shift %(shift)d") % {"shift": session.shift.number}
        strip.show_session(store=session.store.name, till=till, zone=session.store.zone)
        person = session.staff
        role = role_name(person.role)
        strip.show_person(name=person.name, initials=person.initials, role=role)
        self.codes.start(session)
        self.cards.start()
        self.basket.start(session)
        self.catalogue.start(session)
        self.holding.start()
        self._started = True
        self._tell_link()

    def show_sync(self, status: SyncStatus) -> None:
        """Tell those who ask head office whether it answers, once somebody sells."""
        self._link = status
        self._tell_link()

    def _tell_link(self) -> None:
        if self._started and self._link is not None:
            self.holding.show_sync(self._link)
            self.returns.show_sync(self._link)

    def scan(self, code: str, symbology: str = "") -> None:
        """A scanned code on one of the selling pages.

        Args:
            symbology: AIM identifier such as ``]d2``, empty when the scanner sends none.
        """
        if self._taken(code, symbology):
            return
        self._sheet.close_sheet()
        self.checkout.search.hide()
        self._navigation.go(Page.CHECKOUT)
        if self.reader.scan(code, symbology, self.checkout.line.text()):
            self.checkout.line.clear()

    def _taken(self, code: str, symbology: str) -> bool:
        """Whether something open takes a code; it is heard here, for only the basket tells more."""
        content, sound = self._sheet.content, Sound.RECOGNISED
        if self.weighing.scan(code):
            return True
        if isinstance(content, AgeCheck):
            sound = Sound.RESTRICTED
            self.say(Message(_("Answer the age question first; nothing was added."), Tone.WARN))
        elif isinstance(content, PriceCheck):
            content.ask_code(code)
        elif self.cards.is_open:
            self.next_sale.add(symbology + code)
        elif not self._taken_by_a_sheet(code) and not self.returns.scan(code):
            if self._navigation.page is not Page.TENDER or not self.payment.begun:
                return False
            self.next_sale.add(symbology + code)
        self.basket.heard.emit(sound)
        return True

    def _taken_by_a_sheet(self, code: str) -> bool:
        paying = self._navigation.page is Page.TENDER
        return (
            self.keys.scan(code)
            or self.sheets.scan(code)
            or self.customers.scan(code)
            or self.gift_cards.scan(code)
            or self.coupons.scan(code)
            or self.value.scan(code, paying=paying)
            or self.mailing.scan()
            or self.invoices.scan(code)
        )

    def back(self) -> None:
        """Esc on a selling page, when no sheet is open."""
        page = self._navigation.page
        if page is Page.TENDER:
            if not self.payment.busy:
                self._navigation.go(Page.CHECKOUT)
        elif page is Page.PAYOUT:
            self.returns.back()
        elif page is Page.QUICK_KEYS:
            self.keys.leave()
        elif page is Page.DONE:
            self._next_sale()
        elif self.checkout.search.isVisible():
            self.checkout.search.hide()
        elif self.why.is_open:
            self.why.close()
        elif self.checkout.line.text():
            self.checkout.line.clear()
        else:
            self.checkout.banner.hide()

    def say(self, message: Message) -> None:
        """Show a toast."""
        self._toasts.show_message(message)

    def show_print(self, text: str, tone: Tone) -> None:
        """Tell how the printing of the receipt goes."""
        if self._navigation.page is Page.DONE:
            self.done.show_print(text, tone)
        elif tone is Tone.ERROR:
            self.stop(text)

    def stop(self, text: str) -> None:
        """Say across the selling pages what the till could not do."""
        self.checkout.banner.show_text(text, Tone.ERROR)
        self.tender.banner.show_text(text, Tone.ERROR)

    def _connect_basket(self) -> None:
        basket, screen = self.basket, self.checkout
        basket.basket_changed.connect(self._show_basket)
        basket.stopped.connect(self.stop)
        self.cards.stopped.connect(self.stop)
        basket.accepted.connect(screen.line.clear)
        basket.closed.connect(self._closed)
        screen.basket.selected.connect(basket.select)
        self._toasts.undo_asked.connect(basket.undo)

    def _connect_catalogue(self) -> None:
        catalogue, screen = self.catalogue, self.checkout
        catalogue.tiles_changed.connect(screen.show_tiles)
        catalogue.tiles_changed.connect(self.shelf.follow)
        self.shelf.marked.connect(screen.mark_tiles)
        self.shelf.stopped.connect(self.stop)
        self.basket.closed.connect(lambda _sold: self.shelf.count())
        catalogue.categories_changed.connect(screen.chips.show_categories)
        catalogue.stopped.connect(self.stop)

    def _show_basket(self, state: BasketState) -> None:
        self.checkout.show_basket(state)
        self.tender.show_basket(state.rows, state.totals)

    def _pay(self, intent: Intent, kind: TenderKind) -> None:
        if self._navigation.page is Page.TENDER:
            self.payment.take_exact(kind)
        elif self._navigation.page is Page.PAYOUT:
            self.returns.pay_out(kind)
        else:
            self.checkout.search.hide()
            self._begin_payment(intent)

    def _store_credit(self) -> None:
        """On the payment page a means of payment, on the page that pays out a way out."""
        if self._navigation.page is Page.PAYOUT:
            self.returns.pay_out(TenderKind.STORE_CREDIT)
        else:
            self.payment.choose(TenderKind.STORE_CREDIT)

    def _begin_payment(self, intent: Intent) -> None:
        """Pay what the basket is once everything entered before the key is in it."""
        charged = intent is Intent.CARD and self.basket.over_terminal
        if self.payment.begun and not charged:
            # What was taken counts: the rest is paid on the page, where the terminal's card is too.
            intent = Intent.PAGE
        typed = self.checkout.line.text().strip()
        self._tasks.after_answers(lambda: self.basket.pay(intent, typed))

    def _left_payment(self, page: Page) -> None:
        if page in {Page.CHECKOUT, Page.LOGIN}:
            self.payment.say_kept()

    def _open_tender(self) -> None:
        self.checkout.search.hide()
        self.checkout.line.clear()
        self._navigation.go(Page.TENDER)

    def _closed(self, sale: ClosedSale) -> None:
        self.checkout.line.clear()
        self.checkout.banner.hide()
        self.tender.banner.hide()
        self.done.show_sale(done_view(sale), sale.rid)
        self.checkout.say_empty(last_sale(sale), _("Scan the next article."))
        self._navigation.go(Page.DONE)
        if self._picture is not None:
            QTimer.singleShot(
                _PICTURE_MS, self, partial(self._draw_receipt, self._picture, sale.rid)
            )

    def _draw_receipt(self, picture: Callable[[Any, UUID], bytes], rid: UUID) -> None:
        """Show the receipt to somebody who stays; drawing it takes time from the next sale."""
        if self._navigation.page is Page.DONE and self.done.sale == rid:
            self._tasks.read(picture, rid, done=self.done.show_receipt, failed=_no_picture)

    def _next_sale(self) -> None:
        self.done.stop()
        if self._navigation.page is Page.DONE:
            self._navigation.go(Page.CHECKOUT)


def _no_picture(error: Exception) -> None:
    # The paper is what counts; a picture that fails must not trouble the cashier.
    _log.warning("The receipt cannot be shown: %s", error)
