"""What must hold, judged by the receipts on paper: they do not depend on any code under test."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.sync.model.till import ReceiptNumber
from tests.sync.model.wire import GENESIS, Entry, entries_after
from tests.sync.model.world import World


def broken_always(world: World) -> list[str]:
    """What may never be seen, also in the middle of trouble."""
    checks = (_booked_twice, _broken_chains, _unkept, _unheld, _numbers_twice, _false_alarms)
    return [complaint for check in checks for complaint in check(world)]


def broken_after_healing(world: World) -> list[str]:
    """Heal the world, then everything that does not hold; nothing when all is well."""
    world.heal()
    checks = (_missing, _strangers, _wrong_cash, _undrained)
    return [*broken_always(world), *(found for check in checks for found in check(world))]


def _booked(world: World) -> Counter[int]:
    records = [*world.head.applied, *world.head.quarantined]
    return Counter(record.rid for record in records)


def _booked_twice(world: World) -> Iterator[str]:
    for rid, times in _booked(world).items():
        if times > 1:
            yield f"record {rid} is booked {times} times"


def _missing(world: World) -> Iterator[str]:
    booked, held = _booked(world), world.on_disks()
    for receipt in world.printed:
        rid = receipt.record.rid
        if rid not in booked and rid not in world.lost:
            where = "still lies at a till" if rid in held else "is nowhere"
            yield f"record {rid} is printed, not booked, and {where}"


def _strangers(world: World) -> Iterator[str]:
    printed = {receipt.record.rid for receipt in world.printed}
    for rid in _booked(world).keys() - printed:
        yield f"record {rid} is booked and was never printed"


def _wrong_cash(world: World) -> Iterator[str]:
    booked = _booked(world)
    records = [receipt.record for receipt in world.printed]
    expected = sum(record.cash for record in records if record.rid in booked)
    if world.head.cash != expected:
        yield f"the cash sum is {world.head.cash}, by the receipts it is {expected}"


def _undrained(world: World) -> Iterator[str]:
    for name, till in world.tills.items():
        if not till.drained:
            yield f"till {name} still has something to send"


def _broken_chains(world: World) -> Iterator[str]:
    for jid, entries in world.head.journals.items():
        if not _holds(entries):
            yield f"journal {jid} does not recompute at the head office"
    for name, till in world.tills.items():
        for journal in till.disk.journals:
            if not _holds(journal.entries):
                yield f"journal {journal.jid} does not recompute at till {name}"


def _holds(entries: list[Entry]) -> bool:
    return entries == entries_after(GENESIS, [entry.record for entry in entries])


def _unkept(world: World) -> Iterator[str]:
    """What a till takes for acknowledged by this head office must be journalled there."""
    for name, till in world.tills.items():
        if till.disk.incarnation != world.head.incarnation:
            continue  # it is told at its next hello that the head office was restored
        for journal in till.disk.journals:
            acked = journal.entries[: journal.acked]
            if world.head.journals.get(journal.jid, [])[: journal.acked] != acked:
                yield f"till {name} takes {journal.acked} of journal {journal.jid} for acknowledged"


def _unheld(world: World) -> Iterator[str]:
    """A till keeps what it printed: the head office may need it again after a restore."""
    held = {name: till.disk.rids() for name, till in world.tills.items()}
    for receipt in world.printed:
        rid = receipt.record.rid
        if rid not in held[receipt.till] and rid not in world.replaced:
            yield f"record {rid} is no longer at till {receipt.till}"


def _numbers_twice(world: World) -> Iterator[str]:
    """Two machines with one disk print the same numbers until they meet head office: no other."""
    printers: defaultdict[ReceiptNumber, list[int]] = defaultdict(list)
    for receipt in world.printed:
        printers[receipt.number].append(receipt.till)
    for number, tills in printers.items():
        if len(tills) > len(set(tills)) or len(set(tills) - world.clones) > 1:
            yield f"receipt number {number} is printed by tills {tills}"


def _false_alarms(world: World) -> Iterator[str]:
    for name, till in world.tills.items():
        if till.accused and name not in world.copied:
            yield f"till {name} is taken for a clone and was never copied"
