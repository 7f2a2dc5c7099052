"""What people change by hand: each change a verb that may ask for an approval; no widget here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import by_hand, service
from pos_app.runtime.i18n import MINUS, _, money, ngettext, parse_amount, sentence
from pos_app.screens.approval.presenter import Act
from pos_app.screens.checkout.views import percent
from pos_app.screens.records import Message
from pos_app.staff.approvals import Why
from retail import quantity as quantities
from retail.errors import RetailError
from retail.reductions import Cut
from retail.tax import MILLION

if TYPE_CHECKING:
    from uuid import UUID

    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.approval.presenter import Approvals
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.staff.service import StaffMember
    from pos_app.till.service import TillSession
    from retail.basket.model import Basket, Line

_PPM_OF_A_THOUSANDTH = 10

Verb = Callable[[Any, "TillSession", "StaffMember | None"], "CheckoutView"]


class ByHandPresenter(QObject):
    """Acts on the basket of the checkout.

    Signals:
        done: the act is done.
        refused: a sentence; what was typed may be corrected.
    """

    done = Signal()
    refused = Signal(str)

    def __init__(
        self, basket: CheckoutPresenter, approvals: Approvals, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._approvals = approvals
        self._busy = False

    @property
    def open_basket(self) -> Basket | None:
        """The basket as it is on the screen."""
        priced = self._basket.priced
        return priced.basket if priced else None

    def line(self, number: int | None = None) -> Line | None:
        """A line with an article by its number, or the selected one."""
        wanted = self._basket.selected if number is None else number
        basket = self.open_basket
        lines = basket.lines if basket else ()
        found = (line for line in lines if line.line == wanted and line.item is not None)
        return next(found, None)

    def set_price(self, number: int, text: str, reason: str) -> None:
        """Another price for one unit of a line."""
        line = self.line(number)
        minor = self._amount(text)
        if line is None or line.item is None or minor is None:
            return
        listed, asked = self._money(line.item.unit_price_minor), self._money(minor)
        self._run(
            _("Other price"),
            line.item.name,
            f"{listed} → {asked}",
            lambda tx, session, other: by_hand.override_price(
                tx, session, number, minor, Why(reason, other)
            ),
            _("%(name)s costs %(price)s now") % {"name": line.item.name, "price": asked},
        )

    def reset_line(self, number: int) -> None:
        """The price of the catalogue again, and nothing off."""
        self._at_once(
            lambda tx, session, _other: by_hand.reset_price(tx, session, number),
            _("The line has the price of the shelf again"),
        )

    def reduce(self, number: int | None, text: str, *, share: bool, reason: str) -> None:
        """Take a share or an amount off a line, or off the basket where the number is None."""
        off = self._off(text, share=share)
        if off is None:
            return
        line = None if number is None else self.line(number)
        subject = line.item.name if line and line.item else _("Whole basket")
        shown = percent(off.ppm) if off.ppm else self._money(off.minor)

        def verb(tx: Any, session: TillSession, other: StaffMember | None) -> CheckoutView:
            why = Why(reason, other)
            if number is None:
                return by_hand.reduce_basket(tx, session, off, why)
            return by_hand.reduce_line(tx, session, number, off, why)

        said = _("%(off)s off: %(what)s") % {"off": shown, "what": subject}
        self._run(_("Discount"), subject, MINUS + shown, verb, said)

    def reset_basket(self) -> None:
        """Nothing off the whole basket."""
        self._at_once(
            lambda tx, session, _other: by_hand.reset_basket(tx, session),
            _("Nothing is taken off the basket"),
        )

    def note(self, number: int | None, text: str) -> None:
        """Put a note on a line, or on the basket where the number is None."""

        def verb(tx: Any, session: TillSession, _other: StaffMember | None) -> CheckoutView:
            if number is None:
                return by_hand.note_basket(tx, session, text)
            return by_hand.note_line(tx, session, number, text)

        self._at_once(verb, _("Note kept") if text.strip() else _("Note taken away"))

    def sold_by(self, number: int, seller: UUID | None, name: str) -> None:
        """Name who sold a line."""
        self._at_once(
            lambda tx, session, _other: by_hand.sold_by(tx, session, number, seller),
            _("Sold by %(name)s") % {"name": name},
        )

    def exempt(self, certificate: str, reason: str) -> None:
        """Sell without tax."""
        self._run(
            _("Sale without tax"),
            _("Whole basket"),
            certificate.strip(),
            lambda tx, session, other: by_hand.exempt(tx, session, certificate, Why(reason, other)),
            _("Sold without tax"),
        )

    def tax_again(self) -> None:
        """Sell with tax after all."""
        self._at_once(
            lambda tx, session, _other: by_hand.tax_again(tx, session), _("Sold with tax again")
        )

    def leave_out(self, promotion: str, name: str, reason: str) -> None:
        """Take a promotion out of the basket."""
        self._run(
            _("Leave an offer out"),
            name,
            "",
            lambda tx, session, other: by_hand.leave_out(
                tx, session, promotion, Why(reason, other)
            ),
            _("Left out: %(name)s") % {"name": name},
        )

    def let_in(self, promotion: str, name: str) -> None:
        """Let a promotion hold again."""
        self._at_once(
            lambda tx, session, _other: by_hand.let_in(tx, session, promotion),
            _("It may hold again: %(name)s") % {"name": name},
        )

    def give_up(self, reason: str) -> None:
        """Empty the basket; Undo brings it back."""
        priced = self._basket.priced
        if priced is None or not priced.lines:
            return
        count = len(priced.lines)
        self._run(
            _("Give the basket up"),
            _("Whole basket"),
            self._money(priced.total_minor),
            lambda tx, session, other: service.clear(tx, session, Why(reason, other)),
            ngettext("%(n)d line removed", "%(n)d lines removed", count),
        )

    def _at_once(self, verb: Verb, said: str) -> None:
        self._run("", "", "", verb, said)

    def _run(self, name: str, subject: str, extent: str, verb: Verb, said: str) -> None:
        if self._busy:
            # A key that bounces must not do it twice: one Undo would take only the second back.
            return
        self._busy = True
        session = self._basket.session
        act = Act(name, subject, extent, lambda tx, other: verb(tx, session, other))

        def done(view: CheckoutView) -> None:
            self._busy = False
            self.done.emit()
            self._basket.take_over(view, Message(said, undo=True))

        self._approvals.run(session, act, done=done, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, RetailError):
            self.refused.emit(sentence(error))
        else:
            self.done.emit()
            self._basket.stopped.emit(sentence(error))

    def _money(self, minor: int) -> str:
        return money(minor, self._basket.session.store.currency)

    def _amount(self, text: str) -> int | None:
        try:
            return parse_amount(text, self._basket.session.store.currency)
        except RetailError:
            self.refused.emit(_("Type an amount such as 199 or 1.99; nothing was changed."))
            return None

    def _off(self, text: str, *, share: bool) -> Cut | None:
        if not share:
            minor = self._amount(text)
            return None if minor is None else Cut(minor=minor)
        try:
            ppm = quantities.parse(text) * _PPM_OF_A_THOUSANDTH
        except RetailError:
            ppm = 0
        if not 0 < ppm <= MILLION:
            # More than all of it nobody may allow, so nobody is asked.
            self.refused.emit(_("Type a percentage from 1 to 100, such as 10 or 12.5."))
            return None
        return Cut(ppm=ppm)
