"""Coupons joined with the basket, the window and whoever counts their uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import coupon_holds, coupons
from pos_app.runtime.i18n import _, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.coupons.sheet import CouponsSheet
from pos_app.screens.coupons.words import coupon_rows, coupons_label, given_text
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from pos_app.value.service import Allowed
from retail.barcode.scanned import Coupon as CouponCode
from retail.value import Authority, ValueKind

if TYPE_CHECKING:
    from uuid import UUID

    from pos_app.checkout.closing import ClosedSale
    from pos_app.checkout.coupons import Added, CouponsShown, Wanted
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.checkout.code_reader import CodeReader
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.screen import CheckoutScreen
    from pos_app.screens.checkout.state import BasketState
    from pos_app.screens.shell.ports import ValueCounter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from retail.basket.model import Coupon


class CouponsFlow(QObject):
    """Takes coupons in, says what they give, and shows those that are in the basket.

    Signals:
        told: a :class:`Message`.
    """

    told = Signal(object)

    def __init__(
        self,
        screen: CheckoutScreen,
        basket: CheckoutPresenter,
        sources: tuple[ValueCounter | None, CodeReader],
        tasks: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._basket = basket
        self._counter, self._codes = sources
        self._tasks = tasks
        self._sheet: Sheet
        self._basket_id: UUID | None = None
        self._held: dict[str, Coupon] = {}
        self._present: frozenset[str] = frozenset()
        basket.basket_changed.connect(self._show_chip)
        basket.closed.connect(self._sold)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the command its handler."""
        commands.bind(Command.COUPONS, self._open)

    def scan(self, code: str) -> bool:
        """Take a scanned code while the sheet is open; False when it is not."""
        content = self._sheet.content
        if isinstance(content, CouponsSheet):
            content.take_code(code)
            return True
        return False

    def take(self, code: str) -> None:
        """Take a coupon by its code; where its uses are counted, one is held first."""
        self._tasks.run(
            coupons.wanted, self._basket.session, code, done=self._hold, failed=self._refused
        )

    def _open(self) -> None:
        content = CouponsSheet()
        content.entered.connect(lambda text: self.take(self._plain(text)))
        content.removed.connect(self._remove)
        self._sheet.open_with(_("Coupons"), content)
        self._ask_rows()

    def _plain(self, text: str) -> str:
        """The number of a scanned coupon, or a code as it was typed."""
        found = self._codes.read(text)
        return found.number if isinstance(found, CouponCode) else text

    def _hold(self, wanted: Wanted) -> None:
        if wanted.asked is None:
            self._add(wanted.code)
            return
        kept = self._held.get(wanted.code)
        if kept is not None and kept.held:
            # It was in this basket before, and its uses wait for it.
            moves = tuple(coupon_holds.as_move(kept, one) for one in kept.held)
            self._add(wanted.code, Allowed(ValueKind.CAMPAIGN, 0, Authority.ONLINE, moves))
            return
        counter, session = self._counter, self._basket.session
        if counter is None:
            self._say_refused(_("This till takes no coupons whose uses are counted."))
            return

        def refused(_error: Exception) -> None:
            text = _("Coupon %(code)s is used up, or its uses cannot be counted now.")
            self._say_refused(text % {"code": wanted.code})

        # A payment behind it waits: the coupon is this customer's.
        self._tasks.follow(
            counter.hold(session, wanted.asked),
            done=lambda allowed: self._add(wanted.code, allowed),
            failed=refused,
            entered=True,
        )

    def _add(self, code: str, allowed: Allowed | None = None) -> None:
        session = self._basket.session

        def failed(error: Exception) -> None:
            if allowed is not None and self._counter is not None:
                self._counter.give_back(session, allowed)
            self._refused(error)

        moves = allowed.moves if allowed else ()
        self._tasks.run(coupons.add, session, code, moves, done=self._added, failed=failed)

    def _added(self, added: Added) -> None:
        self._basket.heard.emit(Sound.RECOGNISED)
        text = f"{added.coupon.code}: {given_text(added.coupon, added.shown)}"
        tone = Tone.OK if added.coupon.saves_minor else Tone.WARN
        self._basket.take_over(added.view, Message(text, tone, undo=True))
        self._show_rows(added.shown)

    def _remove(self, code: str) -> None:
        # Its use stays held until the sale: undo may bring the coupon back.
        def removed(view: CheckoutView) -> None:
            text = _("Coupon %(code)s was taken out.") % {"code": code}
            self._basket.take_over(view, Message(text, undo=True))
            self._ask_rows()

        self._tasks.run(
            coupons.remove, self._basket.session, code, done=removed, failed=self._refused
        )

    def _give_back(self, gone: list[Coupon]) -> None:
        """What was reserved for a coupon is free for others at once."""
        if self._counter is None:
            return
        for coupon in gone:
            moves = tuple(
                coupon_holds.as_move(coupon, held)
                for held in coupon.held
                if held.reservation is not None
            )
            if moves:
                allowed = Allowed(ValueKind.CAMPAIGN, 0, Authority.ONLINE, moves)
                self._counter.give_back(self._basket.session, allowed)

    def _ask_rows(self) -> None:
        if isinstance(self._sheet.content, CouponsSheet):
            self._tasks.ask(
                coupons.coupons_shown,
                self._basket.session,
                done=self._show_rows,
                failed=self._refused,
            )

    def _show_rows(self, shown: CouponsShown) -> None:
        content = self._sheet.content
        if isinstance(content, CouponsSheet):
            content.show_rows(coupon_rows(shown))

    def _sold(self, sale: ClosedSale) -> None:
        """A use that was held for a coupon that gave nothing or was taken out is free again."""
        used = {move.lookup for move in sale.value}
        if sale.rid == self._basket_id:
            mine, self._held = self._held.values(), {}
            self._give_back([one for one in mine if one.lookup and one.lookup not in used])

    def _show_chip(self, state: BasketState) -> None:
        priced = self._basket.priced
        if priced is not None:
            present = {one.code: one for one in priced.basket.coupons}
            if priced.basket.basket_id != self._basket_id:
                # Put aside or given up: no undo goes back to what had been taken out before.
                out = [one for code, one in self._held.items() if code not in self._present]
                self._give_back(out)
                self._basket_id, self._held = priced.basket.basket_id, {}
            self._held |= present
            self._present = frozenset(present)
        label = coupons_label(state.coupons) if state.coupons else ""
        self._screen.head.show_coupons(label)

    def _refused(self, error: Exception) -> None:
        self._say_refused(sentence(error))

    def _say_refused(self, text: str) -> None:
        self._basket.heard.emit(Sound.UNKNOWN)
        content = self._sheet.content
        if isinstance(content, CouponsSheet):
            content.show_refusal(text)
        else:
            self.told.emit(Message(text, Tone.WARN))
