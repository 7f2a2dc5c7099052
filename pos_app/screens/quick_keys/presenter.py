"""The design of quick keys: one place is chosen, changed, moved; published when told to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pos_app.quick_keys import queries, service
from pos_app.quick_keys.layout import PLACES, Cell, CellKind, Layout
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.approval.presenter import Act
from pos_app.screens.quick_keys.model import (
    ROLE_NAMES,
    DesignView,
    draft_tiles,
    page_chips,
    page_name,
)
from pos_app.screens.records import Message, TileKind, Tone
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.quick_keys.queries import Key
    from pos_app.quick_keys.service import Design
    from pos_app.screens.approval.presenter import Approvals
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.staff.service import StaffMember
    from pos_app.till.service import TillSession


class DesignPresenter(QObject):
    """Holds a draft for each role until it is published or discarded; no widget here.

    Signals:
        opened: somebody may design.
        changed: a :class:`DesignView`.
        published: keys are in force.
        told: a :class:`Message`.
    """

    opened = Signal()
    changed = Signal(object)
    published = Signal()
    told = Signal(object)

    def __init__(
        self, approvals: Approvals, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._approvals = approvals
        self._tasks = tasks
        self._session: TillSession
        self._design: Design | None = None
        self._drafts: dict[str, Layout] = {}
        self._kept: Layout = Layout()
        self._known: dict[Cell, Key] = {}
        self._page = self._chosen = 0
        self._moving = -1

    @property
    def role(self) -> str:
        """Whose keys are shown."""
        return self._design.role if self._design else service.ROLES[0]

    @property
    def is_changed(self) -> bool:
        """True while something is not published."""
        return self._design is not None and self._design.layout != self._kept

    def begin(self, session: TillSession, role: str) -> None:
        """Design a role's keys; a draft that was left goes on."""
        self._session = session
        allowed = self._design.approver if self._design else None

        def verb(tx: Any, approver: StaffMember | None) -> Design:
            return service.begin(tx, session, role, approver or allowed)

        act = Act(_("Quick keys"), _(ROLE_NAMES[role]), "", verb)
        self._approvals.run(session, act, done=self._begun, failed=self._refused)

    def leave(self) -> None:
        """The page is left; the next time needs the right anew, the draft stays."""
        if self._design is not None and self.is_changed:
            text = _("Not published yet; the draft is kept until you come back.")
            self.told.emit(Message(text, Tone.WARN))
        self._design = None
        self._moving = -1

    def other_role(self) -> None:
        """Show the keys of the other role."""
        place = service.ROLES.index(self.role)
        self.begin(self._session, service.ROLES[(place + 1) % len(service.ROLES)])

    def choose(self, place: int) -> None:
        """Choose a place, or let the key on its way come there."""
        if not 0 <= place < PLACES:
            return
        if self._moving >= 0:
            self.drag(self._moving, place)
            return
        self._chosen = place
        self._show()

    def drag(self, source: int, target: int) -> None:
        """Let two places change their keys."""
        if self._design is None or not (0 <= source < PLACES and 0 <= target < PLACES):
            return
        self._moving, self._chosen = -1, target
        self._change(self._design.layout.move(self._page, source, target))

    def step(self, by: int, *, carry: bool = False) -> None:
        """Choose a place further on or back, and carry its key along."""
        target = self._chosen + by
        if carry:
            self.drag(self._chosen, target)
        elif 0 <= target < PLACES:
            self._chosen = target
            self._show()

    def drop(self) -> bool:
        """Let the key on its way come to the chosen place; False when none is."""
        if self._moving < 0:
            return False
        self.drag(self._moving, self._chosen)
        return True

    def take_up(self) -> None:
        """The chosen key is on its way to where is tapped next; a second time it stays."""
        self._moving = -1 if self._moving >= 0 else self._chosen
        self._show()

    def put(self, cell: Cell | None) -> None:
        """Put something on the chosen place, or free it."""
        if self._design is not None:
            self._change(self._design.layout.put(self._page, self._chosen, cell))

    def add_page(self, name: str) -> None:
        """One more page, which is shown."""
        if self._design is None:
            return
        try:
            layout = self._design.layout.add_page(name)
        except RetailError as error:
            self._refused(error)
            return
        self._page, self._chosen, self._moving = len(layout.pages) - 1, 0, -1
        self._change(layout)

    def show_page(self, page: int) -> None:
        """Show another page; past the last comes the first."""
        if self._design is not None:
            self._page, self._chosen = page % len(self._design.layout.pages), 0
            self._moving = -1
            self._show()

    def next_page(self) -> None:
        """Show the page after this one."""
        self.show_page(self._page + 1)

    def discard(self) -> None:
        """Back to what is in force."""
        self._drafts.pop(self.role, None)
        self.begin(self._session, self.role)

    def publish(self) -> None:
        """Let the keys be in force."""
        if self._design is not None:
            self._tasks.run(
                service.publish,
                self._session,
                self._design,
                done=lambda kept: self._in_force(kept, _("Published; the keys are in force.")),
                failed=self._refused,
            )

    def undo(self) -> None:
        """Let what was in force before the last publication be in force again."""
        if self._design is not None:
            self._tasks.run(
                service.undo,
                self._session,
                self._design,
                done=lambda kept: self._in_force(kept, _("The keys of before are in force again.")),
                failed=self._refused,
            )

    def _in_force(self, kept: Design, text: str) -> None:
        self._drafts.pop(kept.role, None)
        self._take(kept)
        self.published.emit()
        self.told.emit(Message(text))

    def _begun(self, design: Design) -> None:
        self._known = {}
        self._take(design)
        self.opened.emit()

    def _take(self, design: Design) -> None:
        if self._design is None or design.role != self._design.role:
            self._page = self._chosen = 0
        self._kept, self._moving = design.layout, -1
        self._design = replace(design, layout=self._drafts.get(design.role, design.layout))
        self._page = min(self._page, len(self._design.layout.pages) - 1)
        self._look_up()

    def _change(self, layout: Layout) -> None:
        if self._design is None:
            return
        self._design = replace(self._design, layout=layout)
        self._drafts[self._design.role] = layout
        self._look_up()

    def _look_up(self) -> None:
        """Show the page; names and prices of new keys come from the store."""
        self._show()
        layout = self._design.layout if self._design else Layout()
        cells = {cell for page in layout.pages for cell in page.cells if cell is not None}
        new = tuple(cell for cell in cells if cell not in self._known)
        if new:
            store, now = self._session.store, self._session.desk.now_us()
            done, failed = self._know, self._refused
            self._tasks.read(queries.looks, store, now, new, done=done, failed=failed)

    def _know(self, known: dict[Cell, Key]) -> None:
        self._known.update(known)
        self._show()

    def _show(self) -> None:
        design = self._design
        if design is None:
            return
        layout, currency = design.layout, self._session.store.currency
        tiles = draft_tiles(layout, self._page, self._known, currency)
        tile = tiles[self._chosen]
        name = page_name(layout.pages[self._page].name, self._page)
        here = _("Key %(n)d of %(page)s") % {"n": self._chosen + 1, "page": name}
        self.changed.emit(
            DesignView(
                design.role,
                page_chips(tuple(page.name for page in layout.pages)),
                self._page,
                tiles,
                self._chosen,
                self._moving,
                here,
                _("Free") if tile.kind is TileKind.FREE else f"{tile.name}  {tile.price}".strip(),
                self.is_changed,
                design.version > 0,
            )
        )

    def _refused(self, error: Exception) -> None:
        self.told.emit(Message(sentence(error), Tone.WARN))


def article(sku: str) -> Cell:
    """A key for an article."""
    return Cell(CellKind.ARTICLE, sku)
