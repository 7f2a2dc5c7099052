"""Tills, a head office, a bad network between them, and the truth on paper beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count
from random import Random

from tests.sync.model.head import Head
from tests.sync.model.till import Disk, ReceiptNumber, Till
from tests.sync.model.wire import POISON, Answer, Record, Request

ALL_AT_ONCE = 1_000
_MOST_TILLS = 6
_HEALING_ROUNDS = 60


class Fault(Enum):
    """What may go wrong in a world."""

    NET = "requests and answers are lost, copied, delayed and reordered"
    POISON = "records that cannot be applied"
    RESTORE = "the head office is restored from a backup"
    CLONE = "a till's disk is copied and both are used"
    OLD_IMAGE = "a till's disk is replaced by an older image of it"


Faults = frozenset[Fault]


class Fate(Enum):
    """What the network does to a message."""

    ARRIVES = "arrives"
    LOST = "never arrives"
    COPIED = "arrives, and once more later"
    DELAYED = "arrives later, in any order"


@dataclass(frozen=True, slots=True)
class Journey:
    """The fates of a request and of its answer."""

    there: Fate = Fate.ARRIVES
    back: Fate = Fate.ARRIVES


SAFE = Journey()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A piece of paper in a customer's hand: whatever the tills and the head office remember."""

    number: ReceiptNumber
    till: int
    record: Record


@dataclass(frozen=True, slots=True)
class InFlight:
    """A message that the network still holds."""

    till: int
    message: Request | Answer


class World:
    """Everything that a run can do, one small step at a time.

    Attributes:
        printed: every receipt, in the order of printing.
        replaced: ids of records that were on a replaced disk and are not in its image.
        lost: those of them that nobody else had.
        copied: tills of whose disk a second copy was in use; only they may be accused.
        clones: tills that are such a copy.
    """

    def __init__(self, head: type[Head] = Head, till: type[Till] = Till) -> None:
        self._count = count(1)
        self.head = head(self._mint)
        self.tills = {name: till(name, self._mint) for name in range(3)}
        self.printed: list[Receipt] = []
        self.replaced: set[int] = set()
        self.lost: set[int] = set()
        self.copied: set[int] = set()
        self.clones: set[int] = set()
        self.in_flight: list[InFlight] = []
        self._backup: Head | None = None
        self._images: dict[int, Disk] = {}

    def _mint(self) -> int:
        return next(self._count)

    def sell(self, till: int, amount: int) -> None:
        """Sell for an amount of cash and print the receipt."""
        self._print(till, b"%d" % amount)

    def sell_poison(self, till: int) -> None:
        """Print a receipt that the head office cannot apply."""
        self._print(till, POISON)

    def _print(self, till: int, body: bytes) -> None:
        record = Record(self._mint(), body)
        number = self.tills[till].sell(record)
        self.printed.append(Receipt(number, till, record))

    def greet(self, till: int, journey: Journey = SAFE) -> None:
        """Have a till say hello."""
        self._exchange(till, self.tills[till].hello(), journey)

    def send(self, till: int, journey: Journey = SAFE, *, size: int = ALL_AT_ONCE) -> None:
        """Have a till send what it would send next, ``size`` entries at most."""
        self._exchange(till, self.tills[till].request(size), journey)

    def _exchange(self, till: int, request: Request, journey: Journey) -> None:
        if self._passes(till, request, journey.there):
            answer = self.head.answer(request)
            if self._passes(till, answer, journey.back):
                self.tills[till].hear(answer)

    def _passes(self, till: int, message: Request | Answer, fate: Fate) -> bool:
        if fate in {Fate.COPIED, Fate.DELAYED}:
            self.in_flight.append(InFlight(till, message))
        return fate in {Fate.ARRIVES, Fate.COPIED}

    def deliver(self, index: int) -> None:
        """Let a message that the network held arrive; nobody waits for the answer any more."""
        late = self.in_flight.pop(index)
        if isinstance(late.message, Request):
            self.head.answer(late.message)
        else:
            self.tills[late.till].hear(late.message)

    def apply(self) -> None:
        """Have the head office book what it journalled."""
        self.head.apply()

    def back_up(self) -> None:
        """Keep a copy of the head office."""
        self._backup = self.head.backup()

    def restore(self) -> None:
        """Put the copy in its place, if there is one."""
        if self._backup is not None:
            self.head = self.head.restored(self._backup)
            self._mourn()

    def clone(self, till: int) -> None:
        """Use a copy of a till's disk in another machine, beside the till."""
        name = len(self.tills)
        if name < _MOST_TILLS:
            self.tills[name] = self.tills[till].twin(name)
            self.copied |= {till, name}
            self.clones.add(name)

    def keep_image(self, till: int) -> None:
        """Keep an image of a till's disk."""
        self._images[till] = self.tills[till].disk.copy()

    def put_back(self, till: int) -> None:
        """Replace a till's disk by its image, if there is one; the witness is not in it."""
        image = self._images.pop(till, None)
        if image is None:
            return
        self.replaced |= self.tills[till].disk.rids() - image.rids()
        self.tills[till].start(image)
        self.copied.add(till)
        self._mourn()

    def on_disks(self) -> set[int]:
        """Ids of the records that a till still holds."""
        return set[int]().union(*(till.disk.rids() for till in self.tills.values()))

    def _mourn(self) -> None:
        """Take out of the truth what no protocol can bring back: no disk and no journal has it."""
        journals = self.head.journals.values()
        at_head = {entry.record.rid for entries in journals for entry in entries}
        self.lost |= self.replaced - at_head - self.on_disks()

    def heal(self) -> None:
        """End all trouble, and let the tills send until they have nothing left to send."""
        self.in_flight.clear()
        for name in self.tills:
            self.greet(name)
        for _ in range(_HEALING_ROUNDS):
            for name, till in self.tills.items():
                if not till.drained:
                    self.send(name)
        self.apply()


def wander(world: World, random: Random, faults: Faults, steps: int) -> None:
    """Take random steps, of which those that do harm are among ``faults``."""
    menu = [step for step in _MENU if step.fault is None or step.fault in faults]
    weights = [step.weight for step in menu]
    for step in random.choices(menu, weights, k=steps):
        step.take(world, random, faults)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A step that a random run may take, and how often compared with the others."""

    weight: int
    take: Callable[[World, Random, Faults], None]
    fault: Fault | None = None


def _sell(world: World, random: Random, faults: Faults) -> None:
    till = _any_till(world, random)
    if Fault.POISON in faults and random.random() < 0.03:
        world.sell_poison(till)
    else:
        world.sell(till, random.randrange(1, 500))


def _send(world: World, random: Random, faults: Faults) -> None:
    size = random.choice([1, 3, 50])
    world.send(_any_till(world, random), _journey(random, faults), size=size)


def _greet(world: World, random: Random, faults: Faults) -> None:
    world.greet(_any_till(world, random), _journey(random, faults))


def _deliver(world: World, random: Random, _: Faults) -> None:
    if world.in_flight:
        world.deliver(random.randrange(len(world.in_flight)))


def _apply(world: World, _: Random, __: Faults) -> None:
    world.apply()


def _back_up(world: World, _: Random, __: Faults) -> None:
    world.back_up()


def _restore(world: World, _: Random, __: Faults) -> None:
    world.restore()


def _clone(world: World, random: Random, _: Faults) -> None:
    world.clone(_any_till(world, random))


def _keep_image(world: World, random: Random, _: Faults) -> None:
    world.keep_image(_any_till(world, random))


def _put_back(world: World, random: Random, _: Faults) -> None:
    world.put_back(_any_till(world, random))


def _any_till(world: World, random: Random) -> int:
    return random.randrange(len(world.tills))


def _journey(random: Random, faults: Faults) -> Journey:
    """A third of the requests and of the answers comes to grief."""
    if Fault.NET not in faults:
        return SAFE
    there, back = random.choices(list(Fate), [55, 15, 15, 15], k=2)
    return Journey(there, back)


_MENU = (
    _Choice(350, _sell),
    _Choice(320, _send),
    _Choice(80, _greet),
    _Choice(100, _deliver, Fault.NET),
    _Choice(50, _apply),
    _Choice(15, _back_up, Fault.RESTORE),
    _Choice(15, _restore, Fault.RESTORE),
    _Choice(10, _clone, Fault.CLONE),
    _Choice(10, _keep_image, Fault.OLD_IMAGE),
    _Choice(10, _put_back, Fault.OLD_IMAGE),
)
