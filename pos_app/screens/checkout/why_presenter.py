"""What “Why this price?” asks for and shows; it knows no widget."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.checkout import explanations
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.checkout.why_rows import Outlook, RowAction, WhyRow, why_rows
from pos_app.screens.checkout.why_words import sentence_of
from retail.promotions.explanation import with_loss

if TYPE_CHECKING:
    from pos_app.checkout.explanations import WhyThisPrice
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.service import TillSession
    from retail.pricing import PricedBasket

_SLOW_MS = 300


class Scope(StrEnum):
    """What the panel is about."""

    LINE = "line"
    BASKET = "basket"


class Stage(StrEnum):
    """The states of the panel."""

    EMPTY = "empty"
    LOADING = "loading"
    CONTENT = "content"
    NOTHING = "nothing"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class WhyView:
    """Everything the panel shows.

    Attributes:
        article: of the selected line; empty when no line can be asked about.
        text: the sentence of an error.
        slow: the answer takes long enough to say so.
    """

    stage: Stage
    rows: tuple[WhyRow, ...] = ()
    scope: Scope = Scope.BASKET
    article: str = ""
    text: str = ""
    slow: bool = False


@dataclass(slots=True)
class _Answers:
    """What was asked of single promotions, for one state of the basket."""

    losses: dict[str, int | None] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    refused: dict[str, str] = field(default_factory=dict)


class WhyPresenter(QObject):
    """Keeps the explanation of the basket on the screen while the panel is open.

    Signals:
        changed: a :class:`WhyView`.
        answered: the sentence that was asked for, for who cannot see it.
        leave_out_asked: id and name of a promotion that is to be taken out.
        let_in_asked: id and name of one that may hold again.
    """

    changed = Signal(object)
    answered = Signal(str)
    leave_out_asked = Signal(str, str)
    let_in_asked = Signal(str, str)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._session: TillSession | None = None
        self._priced: PricedBasket | None = None
        self._selected: int | None = None
        self._scope = Scope.BASKET
        self._unfolded: frozenset[str] = frozenset()
        self._story: WhyThisPrice | None = None
        self._error = ""
        self._answers = _Answers()
        self._asking, self._again, self._slow = False, False, False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_SLOW_MS)
        self._patience.timeout.connect(self._say_slow)

    @property
    def is_open(self) -> bool:
        """True while the panel is on the screen."""
        return self._session is not None

    def open(self, session: TillSession, scope: Scope) -> None:
        """Begin to explain; :meth:`show_basket` says what."""
        self._session, self._scope = session, scope
        self._priced, self._unfolded = None, frozenset()
        self._forget()

    def close(self) -> None:
        """Stop; what is still being worked out is dropped when it comes."""
        self._session = self._priced = None
        self._patience.stop()
        self._forget()

    def show_basket(self, priced: PricedBasket | None, selected: int | None) -> None:
        """Explain this basket, anew only when it is another one than before."""
        if not self.is_open:
            return
        self._selected = selected
        if priced is not self._priced:
            self._priced = priced
            self._answers = _Answers()
            self._ask()
        self._publish()

    def choose(self, scope: Scope) -> None:
        """The selected line, or the whole basket."""
        self._scope = scope
        self._publish()

    def act(self, row: WhyRow) -> None:
        """Fold or unfold, work out by how much a promotion lost, or change what holds."""
        if row.action is RowAction.FOLD:
            self._unfolded ^= {row.subject}
            self._publish()
        elif row.action is RowAction.LOSS and row.subject not in self._answers.waiting:
            self._ask_loss(row.subject)
        elif row.action is RowAction.LEAVE_OUT:
            self.leave_out_asked.emit(row.subject, row.title)
        elif row.action is RowAction.LET_IN:
            self.let_in_asked.emit(row.subject, row.title)

    def retry(self) -> None:
        """Ask again after an error."""
        self._error = ""
        self._ask()
        self._publish()

    def _forget(self) -> None:
        self._story, self._error, self._answers = None, "", _Answers()

    def _ask(self) -> None:
        """One question at a time; scans in between are answered together."""
        if self._asking:
            self._again = True
            return
        if self._session is None or self._priced is None or not self._priced.lines:
            return
        self._asking, self._slow = True, False
        self._patience.start()
        self._tasks.ask(
            explanations.why, self._session, done=self._explained, failed=self._not_explained
        )

    def _explained(self, story: WhyThisPrice | None) -> None:
        if not self._is_last():
            return
        self._story, self._error = story, ""
        self._publish()

    def _not_explained(self, error: Exception) -> None:
        if not self._is_last():
            return
        self._story, self._error = None, sentence(error)
        self._publish()

    def _is_last(self) -> bool:
        """True for the answer that counts; otherwise the newer question is asked."""
        self._asking = False
        self._patience.stop()
        if self._again:
            self._again = False
            self._ask()
            return False
        return self.is_open

    def _ask_loss(self, promo_id: str) -> None:
        if self._session is None:
            return
        answers = self._answers
        answers.waiting |= {promo_id}
        answers.refused.pop(promo_id, None)
        self._publish()
        self._tasks.ask(
            explanations.dearer_with,
            self._session,
            promo_id,
            done=lambda lost: self._found_out(answers, promo_id, lost),
            failed=lambda error: self._not_found_out(answers, promo_id, error),
        )

    def _found_out(self, answers: _Answers, promo_id: str, lost: int | None) -> None:
        answers.waiting -= {promo_id}
        answers.losses[promo_id] = lost
        # An answer about an earlier basket says nothing of this one.
        story = self._story if answers is self._answers else None
        if story is None:
            return
        self._publish()
        for one in story.told:
            if one.explanation.promo_id == promo_id:
                told = with_loss(one.explanation, lost)
                self.answered.emit(sentence_of(told, story.currency, story.names))

    def _not_found_out(self, answers: _Answers, promo_id: str, error: Exception) -> None:
        answers.waiting -= {promo_id}
        answers.refused[promo_id] = sentence(error)
        if answers is self._answers:
            self._publish()

    def _say_slow(self) -> None:
        self._slow = True
        self._publish()

    def _publish(self) -> None:
        if self.is_open:
            self.changed.emit(self._view())

    def _view(self) -> WhyView:
        article = self._article()
        scope = self._scope if article else Scope.BASKET
        stage, rows = self._content(scope)
        return WhyView(stage, rows, scope, article, self._error, self._slow and self._asking)

    def _content(self, scope: Scope) -> tuple[Stage, tuple[WhyRow, ...]]:
        if self._priced is None or not self._priced.lines:
            return Stage.EMPTY, ()
        if self._error:
            return Stage.ERROR, ()
        if self._story is None:
            return Stage.LOADING, ()
        outlook = Outlook(
            line=self._selected if scope is Scope.LINE else None,
            unfolded=self._unfolded,
            losses=self._answers.losses,
            waiting=self._answers.waiting,
            failed=self._answers.refused,
        )
        rows = why_rows(self._story, outlook)
        return (Stage.CONTENT if rows else Stage.NOTHING), rows

    def _article(self) -> str:
        for line in self._priced.lines if self._priced else ():
            if line.line.line == self._selected and line.line.item is not None:
                return line.line.item.name
        return ""


def nothing_text(scope: Scope) -> tuple[str, str]:
    """What the panel says when there is nothing to say."""
    if scope is Scope.LINE:
        detail = _("Its price is that of the shelf. “Whole basket” shows what other lines got.")
        return _("No offer is about this article"), detail
    return _("No offers at present"), _("The prices are those of the shelf.")
