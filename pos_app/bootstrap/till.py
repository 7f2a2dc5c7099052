"""A till without a window: database, journal, printer, sync. Qt is not imported here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self
from uuid import UUID

from sqlalchemy import Connection

import resources
from db.crash_points import crash_point
from db.engine import open_store
from db.transaction import begin
from db.upgrade import ready_store
from hardware.events import HardwareEvent, JobDone, JobFailed, Outcome
from pos_app.checkout import records
from pos_app.journal import append
from pos_app.journal.desk import Desk, real_desk
from pos_app.journal.witness import Witness, WitnessThread, leave_old_image
from pos_app.payments import service as payments
from pos_app.payments.counter import AttemptChanged, CardCounter
from pos_app.printing.queue import newest_document
from pos_app.printing.spool import Printed, Spool
from pos_app.runtime import logs
from pos_app.runtime.devices import Devices
from pos_app.runtime.paths import TillPaths
from pos_app.runtime.single_instance import SingleInstance
from pos_app.runtime.tasks import Lane, LaneAccess, Tasks
from pos_app.settings import store as settings_store
from pos_app.sync import exports
from pos_app.sync.engine import SyncEngine
from pos_app.sync.enrol import enrol, enrol_again
from pos_app.sync.faults import FaultyWire
from pos_app.sync.interrupt import InterruptibleAdapter
from pos_app.sync.status import SyncStatus
from pos_app.sync.store_counter import StoreCounter
from pos_app.sync.value_counter import ValueCounter
from pos_app.till.queries import Identity, identity
from retail.receipt import ReceiptDocument
from retail.release import VERSION

log = logging.getLogger("tillwright.boot")

_OLD_IMAGE = (
    "This till's data is an older copy. It goes on with new receipt numbers; what was sold since "
    "that copy and was not sent is not here. Tell head office."
)
Event = HardwareEvent | SyncStatus | Printed | AttemptChanged
Publish = Callable[[object], None]


def ignore(_event: object) -> None:
    """For tills that nobody watches."""


class Till:
    """Everything of a till but its screens; use as a context manager.

    Args:
        folder: the data folder.
        publish: told of every event, on whatever thread it happens.
        wire: what the sync sends through, when it is to misbehave.
        training: the folder is a copy to practise on; nothing is sent and the drawer stays shut.

    Raises:
        RetailError, StoreUnavailable, NotConfigured: on entering, with a sentence for people;
            whatever was started is stopped again.
    """

    def __init__(
        self,
        folder: Path,
        publish: Publish = ignore,
        desk: Desk | None = None,
        wire: FaultyWire | None = None,
        *,
        training: bool = False,
    ) -> None:
        self.paths = TillPaths(folder)
        self.desk = desk or real_desk()
        self.instance = SingleInstance(self.paths.lock)
        self.wire = wire
        self.training = training
        self._publish = publish
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._open(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def identity(self) -> Identity | None:
        """Which till this is; None before it is enrolled."""
        return self.tasks.read(identity).result()

    def enrol(self, server: str, code: str, *, again: bool = False) -> None:
        """Enrol, then stay until the first checkpoint is in force and the till can sell.

        Args:
            again: a new identity for a folder that has one, such as a copy of another till's.

        Raises:
            RetailError, SyncError: the head office's refusal, or what kept it from answering.
        """
        store = LaneAccess(self.tasks, Lane.INTERACTIVE)
        act = enrol_again if again else enrol
        act(store, self.desk, server=server, code=code, app_version=VERSION)
        self.sync.close()
        self.sync.run_once(index=False)

    def receipt_picture(self, tx: Connection, rid: UUID) -> bytes:
        """A query: the receipt of a sale as PNG; empty when the sale has none."""
        document = newest_document(tx, rid)
        return b"" if document is None else self.devices.picture(document)

    def save_record(self, tx: Connection, rid: UUID) -> Path:
        """A query: save a record of the journal as a file; see :func:`exports.save_record`."""
        return exports.save_record(tx, rid, self.paths.exports)

    def save_receipt(self, tx: Connection, rid: UUID | None = None) -> Path:
        """A query: save a receipt, the newest unless told which, as a PDF; its path.

        Raises:
            RetailError: as :func:`pos_app.checkout.reprinting.printed`.
            OSError: the folder cannot be written to.
        """
        # A quarter of a second of imports that no till needs before somebody wants a PDF.
        from pos_app.printing.pdf import receipt_pdf  # noqa: PLC0415

        fonts, shown = resources.path("vendor", "fonts"), self.devices.shown
        name, content = receipt_pdf(tx, fonts, self.desk.now(), shown, rid)
        return exports.save_file(self.paths.exports, name, content)

    def save_invoice(
        self, _tx: Connection, documents: tuple[ReceiptDocument, ...]
    ) -> tuple[Path, ...]:
        """A query: save invoices as PDFs of A4; their paths.

        Raises:
            OSError: the folder cannot be written to.
        """
        from pos_app.printing.pdf import invoice_pdf  # noqa: PLC0415 (as for receipts)

        fonts, shown, at = resources.path("vendor", "fonts"), self.devices.shown, self.desk.now()
        made = (invoice_pdf(document, fonts, at, shown) for document in documents)
        return tuple(exports.save_file(self.paths.exports, *one) for one in made)

    def work(self) -> None:
        """Start printing and, once the till is enrolled, syncing; stopped on leaving."""
        self.devices.open()
        self._stack.callback(self.devices.close)
        self.spool.start()
        self._stack.callback(self.spool.stop)
        self.tasks.on_commit(self._committed)
        if self.identity is not None and not self.training:
            self.sync.start()
            self._stack.callback(self.sync.stop)

    def _open(self, stack: ExitStack) -> None:
        self.paths.prepare()
        self.instance.acquire()
        stack.callback(self.instance.release)
        handler = logs.configure(self.paths.logs)
        stack.callback(logs.release, handler)
        ready_store(self.paths.store)
        with begin(open_store(self.paths.store, read_only=True)) as tx:
            self.settings = settings_store.load(tx)
        fonts = resources.path("vendor", "fonts")
        ledger = self.paths.simulated_terminal
        self.devices = Devices(
            self.settings, self._device_event, fonts=fonts, ledger=ledger, training=self.training
        )
        self.desk = replace(self.desk, weighs=self.devices.scale is not None)
        self.tasks = Tasks(self.paths.store)
        self.tasks.start()
        stack.callback(self.tasks.stop)
        quiet = LaneAccess(self.tasks, Lane.HOUSEKEEPING)
        self.spool = Spool(quiet, self.desk, self.devices, self._publish)
        background = LaneAccess(self.tasks, Lane.SYNC)
        self.sync = SyncEngine(
            background,
            self.desk,
            self._publish,
            app_version=VERSION,
            folder=self.paths.chunks,
            adapter=self.wire.adapter if self.wire else InterruptibleAdapter,
        )
        stack.callback(self.sync.close)
        counter = LaneAccess(self.tasks, Lane.INTERACTIVE)
        adapter = self.wire.adapter if self.wire else InterruptibleAdapter
        self.value = ValueCounter(counter, adapter)
        stack.callback(self.value.stop)
        self.counter = StoreCounter(counter, adapter)
        stack.callback(self.counter.stop)
        self._join_terminal()
        self._compare_with_witness(stack)

    def _join_terminal(self) -> None:
        """Before anything is sold: with a terminal no card is booked that it did not approve."""
        terminal = self.devices.terminal
        self.tasks.run(payments.have_terminal, terminal.name if terminal else "").result()
        # In the lane of sales: an answer is kept before the sale that waits for it.
        access = LaneAccess(self.tasks, Lane.SALE)
        self.cards = CardCounter(access, self.desk, terminal, self._publish) if terminal else None

    def _compare_with_witness(self, stack: ExitStack) -> None:
        """Before anything is sold: an old image of the disk must print no number twice."""
        chosen = "" if self.training else self.settings["witness.folder"]
        witness = Witness(self.paths.witness(chosen))
        moved = self.tasks.run(leave_old_image, self.desk, witness.newest()).result()
        if moved is not None:
            log.warning("this folder is an old image; %d entries are journalled again", moved)
            self.sync.tell(_OLD_IMAGE)
        thread = WitnessThread(witness, self.tasks.report, self.sync.tell)
        thread.start()
        stack.callback(thread.stop)
        self.tasks.on_commit(lambda changes: thread.kick() if append.CHANGE in changes else None)
        thread.kick()

    def _committed(self, changes: frozenset[str]) -> None:
        """Printing and syncing follow from rows; this only says that there are new ones."""
        crash_point("till.committed")
        if records.PRINT_CHANGE in changes:
            self.spool.kick()
        if payments.CHANGE in changes and self.cards is not None:
            self.cards.kick()
        if append.CHANGE in changes and not self.training:
            self.sync.kick()

    def _device_event(self, event: HardwareEvent) -> None:
        if isinstance(event, JobDone):
            self.spool.ended(event.job_id, "done")
        elif isinstance(event, JobFailed):
            nothing_printed = event.outcome is Outcome.NOT_PRINTED
            state = "queued" if nothing_printed else "unknown"
            self.spool.ended(event.job_id, state, str(event.error))
        if self.cards is not None:
            self.cards.heard(event)
        self._publish(event)
