"""Takes goods back into the open basket, once it is known that nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.checkout.return_claims import wanted
from pos_app.runtime.i18n import _, ngettext, sentence
from pos_app.screens.records import Message
from pos_app.screens.returns.acts import BackAct, Given, Verb, of_all, of_line, without_receipt
from pos_app.screens.returns.model import counted
from retail import quantity as quantities
from retail.errors import RetailError
from retail.quantity import ONE

if TYPE_CHECKING:
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.returns.acts import RunAct
    from pos_app.screens.returns.office import ReturnsOffice
    from pos_app.screens.returns.open_receipt import OpenReceipt


class TakingBack(QObject):
    """One act at a time.

    Signals:
        busy_changed: an act has begun or ended.
        took: the :class:`CheckoutView` after goods came back, and a :class:`Message`.
        refused: why nothing came back.
    """

    busy_changed = Signal()
    took = Signal(object, object)
    refused = Signal(str)

    def __init__(self, office: ReturnsOffice, act: RunAct, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self._act = act
        self.busy = False

    def line(self, open_: OpenReceipt, given: Given) -> None:
        """So much of the chosen line comes back as the receipt says."""
        line = open_.line
        if line is None:
            return
        if not open_.thousandths:
            self.refused.emit(_("Nothing of this line is left to come back."))
            return
        verb = of_line(given, open_.receipt, line.n, open_.thousandths)
        act = self._named(line.name, counted(open_.thousandths, line.unit), verb)
        self._claimed(open_, {line.n: open_.thousandths}, act, given)

    def all(self, open_: OpenReceipt, given: Given) -> None:
        """All that is left of a receipt comes back."""
        lines = ngettext("%(n)d line", "%(n)d lines", open_.open_lines)
        act = self._named(open_.receipt.fact.number, lines, of_all(given, open_.receipt))
        self._claimed(open_, dict(open_.left), act, given)

    def blind(self, text: str, given: Given) -> None:
        """An article comes back that nobody proves was bought: its code, or ``3*code``."""
        count, _times, code = text.rpartition("*")
        try:
            thousandths = quantities.parse(count) if count else ONE
        except RetailError as error:
            self.refused.emit(sentence(error))
            return
        code = code.strip()
        verb = without_receipt(given, code, thousandths)
        if self._begin(given):
            self._run(self._named(code, _("without a receipt"), verb))

    def reset(self) -> None:
        """Begin anew, also where an answer never came."""
        self.busy = False

    def give_up(self) -> None:
        """Nobody waits for head office any longer."""
        if self.busy:
            self._end()

    @staticmethod
    def _named(subject: str, extent: str, verb: Verb) -> BackAct:
        return BackAct(_("Take back"), subject, extent, verb)

    def _claimed(
        self, open_: OpenReceipt, more: dict[int, int], act: BackAct, given: Given
    ) -> None:
        if self._begin(given):
            self._office.claim(
                open_.receipt,
                wanted(open_.receipt, open_.here, more),
                done=lambda: self._run(act),
                failed=self._failed,
            )

    def _begin(self, given: Given) -> bool:
        """False while goods are taken back, or where a reason is missing."""
        if self.busy:
            return False
        if not given.reason:
            self.refused.emit(_("Choose a reason first."))
            return False
        self.busy = True
        self.busy_changed.emit()
        return True

    def _run(self, act: BackAct) -> None:
        message = Message(_("%(name)s returned") % {"name": act.subject}, undo=True)

        def done(view: CheckoutView) -> None:
            self.busy = False
            self.took.emit(view, message)

        self._act(act, done=done, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
        self._end()

    def _end(self) -> None:
        """Nothing came back: what was claimed for it is given up."""
        self.busy = False
        self._office.settle()
        self.busy_changed.emit()
