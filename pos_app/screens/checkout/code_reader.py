"""What a scanned code is, told at once and without the store's articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_app.checkout.scanning import code_rules
from retail.barcode.kinds import read_code
from retail.barcode.presets import preset
from retail.barcode.scanned import GiftCard, StoreCredit
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.service import TillSession
    from retail.barcode.number_rules import CodeRules
    from retail.barcode.scanned import ScannedCode


class CodeReader:
    """Knows the store's table of codes; until it is read, the product's own."""

    def __init__(self, tasks: TaskRunner) -> None:
        self._tasks = tasks
        self._session: TillSession | None = None
        self._rules = preset()

    def start(self, session: TillSession) -> None:
        """Learn the table of a session's store."""
        self._session = session
        self._tasks.read(code_rules, session, done=self._know, failed=_keep_what_is_known)

    def read(self, code: str) -> ScannedCode | None:
        """What a code is; None for one that is misread, and before anybody has signed on."""
        if self._session is None:
            return None
        try:
            return read_code(code, self._rules, self._session.place().business_date)
        except RetailError:
            return None

    def card_number(self, code: str) -> str:
        """The number of a gift card or credit slip by the table; another code as it is."""
        found = self.read(code)
        return found.number if isinstance(found, GiftCard | StoreCredit) else code

    def _know(self, rules: CodeRules) -> None:
        self._rules = rules


def _keep_what_is_known(_error: Exception) -> None:
    # The basket reads the same table again and tells what is wrong with it.
    return
