"""The weighing of one line: readings, tares, typing; it knows no widget."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import weighing
from pos_app.runtime.i18n import _, sentence
from pos_app.runtime.sounds import Sound
from pos_app.screens.approval.presenter import Act
from pos_app.screens.records import Message, Tone
from pos_app.screens.weighing.model import (
    Article,
    Entry,
    Weighing,
    kilograms,
    parse_tare,
    view_of,
)
from retail.errors import RetailError
from retail.weighing import Tare

if TYPE_CHECKING:
    from hardware.scale.reading import Reading
    from pos_app.checkout.open_basket import CheckoutView
    from pos_app.screens.approval.presenter import Approvals
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.task_runner import TaskRunner

_LONGEST = 8


class WeighingPresenter(QObject):
    """What lies on the scale, until it is added to its line.

    Signals:
        changed: a :class:`WeighingView`.
        refused: a sentence; the sheet stays.
        done: the weight is on its line, or on its way to somebody who must allow it.
    """

    changed = Signal(object)
    refused = Signal(str)
    done = Signal()

    def __init__(
        self,
        basket: CheckoutPresenter,
        approvals: Approvals,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._approvals = approvals
        self._tasks = tasks
        self._state: Weighing | None = None
        self._busy = False

    @property
    def state(self) -> Weighing | None:
        """What is being weighed."""
        return self._state

    def start(self, article: Article, tare: Tare | None) -> None:
        """Weigh an article; ``tare`` is that of its own packing."""
        self._busy = False
        self._change(Weighing(article, tare=tare))

    def stop(self) -> None:
        """Nobody weighs any more."""
        self._state = None

    def read(self, reading: Reading) -> None:
        """The scale said something."""
        if self._state is not None:
            self._change(replace(self._state, reading=reading))

    def choose_tare(self, tare: Tare | None) -> None:
        """Another packing, or none."""
        if self._state is not None:
            entry = Entry.LIVE if self._state.entry is Entry.TARE else self._state.entry
            self._change(replace(self._state, tare=tare, entry=entry))

    def enter(self, entry: Entry) -> None:
        """Begin to type a weight or a tare, or go back to the scale when that was begun."""
        if self._state is not None:
            wanted = Entry.LIVE if self._state.entry is entry else entry
            self._change(replace(self._state, entry=wanted, typed=""))

    def type_text(self, text: str) -> None:
        """What stands in the field now."""
        if self._state is not None and len(text) <= _LONGEST:
            self._change(replace(self._state, typed=text))

    def confirm(self) -> None:
        """Add what is ready; take over a typed tare; else say what is missing."""
        state = self._state
        if state is None or self._busy:
            return
        if state.entry is Entry.TARE:
            self._take_tare(state)
        elif not state.ready or state.net is None:
            self._basket.heard.emit(Sound.RESTRICTED)
            self.refused.emit(view_of(state).mark)
        elif state.entry is Entry.WEIGHT:
            self._type(state, state.net)
        else:
            self._add(state, state.net)

    def _take_tare(self, state: Weighing) -> None:
        try:
            tare = parse_tare(state.typed)
        except RetailError as error:
            self.refused.emit(sentence(error))
            return
        self._change(replace(state, tare=tare, entry=Entry.LIVE, typed=""))

    def _add(self, state: Weighing, net: int) -> None:
        self._busy = True
        self._tasks.run(
            weighing.take_weight,
            self._basket.session,
            state.article.line,
            net,
            state.tare_taken,
            done=lambda view: self._added(state, net, view),
            failed=self._failed,
        )

    def _type(self, state: Weighing, net: int) -> None:
        self._busy = True
        session, line, tare = self._basket.session, state.article.line, state.tare_taken
        act = Act(
            _("Type the weight"),
            state.article.name,
            kilograms(net),
            lambda tx, other: weighing.type_weight(tx, session, line, net, tare, approver=other),
        )
        self._approvals.run(
            session, act, done=lambda view: self._added(state, net, view), failed=self._failed
        )

    def _added(self, state: Weighing, net: int, view: CheckoutView) -> None:
        self._busy = False
        self.done.emit()
        said = _("%(weight)s %(name)s") % {"weight": kilograms(net), "name": state.article.name}
        self._basket.heard.emit(Sound.COUNTED)
        self._basket.take_over(view, Message(said, undo=True))

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._basket.heard.emit(Sound.RESTRICTED)
        if not isinstance(error, RetailError):
            self._basket.stopped.emit(sentence(error))
        elif self._state is not None:
            self.refused.emit(sentence(error))
        else:
            self._basket.told.emit(Message(sentence(error), Tone.WARN))

    def _change(self, state: Weighing) -> None:
        self._state = state
        self.changed.emit(view_of(state))
