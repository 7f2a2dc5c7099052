"""A cash drawer in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware.errors import Offline
from hardware.events import DrawerChanged, DrawerKicked, Emit, utc_now


@dataclass(slots=True)
class FakeDrawer:
    """Opens when kicked; ``push_shut`` closes it like a cashier."""

    name: str
    emit: Emit
    kicks: list[str] = field(default_factory=list)
    _opened: bool = False
    _is_open: bool = False

    @property
    def is_open(self) -> bool | None:
        """Whether the drawer stands open."""
        return self._is_open

    def open(self) -> None:
        """Become ready; the drawer itself stays shut."""
        self._opened = True

    def close(self) -> None:
        """Stop."""
        self._opened = False

    def kick(self, reason: str) -> None:
        """See :meth:`hardware.ports.CashDrawer.kick`."""
        if not self._opened:
            raise Offline("The drawer %(name)s is closed.", name=self.name)
        self.kicks.append(reason)
        self.emit(DrawerKicked(self.name, reason, utc_now()))
        self._move(is_open=True)

    def push_shut(self) -> None:
        """Close the drawer by hand."""
        self._move(is_open=False)

    def _move(self, *, is_open: bool) -> None:
        if is_open is not self._is_open:
            self._is_open = is_open
            self.emit(DrawerChanged(self.name, is_open, utc_now()))
