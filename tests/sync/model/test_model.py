"""No sale is lost or doubled, whatever happens; and the checker would notice if one were."""

from __future__ import annotations

from collections import Counter
from itertools import count
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.sync.model.bugs import BUGS, BelievesThePast, Bug, RotatesWhenRestored
from tests.sync.model.checker import broken_after_healing, broken_always
from tests.sync.model.head import Head
from tests.sync.model.till import Till
from tests.sync.model.wire import Greeting, Replayed
from tests.sync.model.world import SAFE, Fate, Fault, Faults, Journey, World, wander

STEPS = 400
MOST_STEPS_TO_A_BUG = 2_000
SHORT_RUN = 200
_GLANCE = 20
_BLOCK = 40
_NET = Fault.NET
FAULT_SETS = (
    frozenset[Fault](),
    frozenset({_NET}),
    frozenset({_NET, Fault.POISON, Fault.RESTORE}),
    frozenset({_NET, Fault.POISON, Fault.CLONE}),
    frozenset({_NET, Fault.POISON, Fault.RESTORE, Fault.CLONE}),
    frozenset({_NET, Fault.OLD_IMAGE}),
    frozenset({_NET, Fault.POISON, Fault.RESTORE, Fault.OLD_IMAGE}),
    frozenset(Fault),
)


def _named(faults: Faults) -> str:
    return "+".join(fault.name.lower() for fault in Fault if fault in faults) or "calm"


@pytest.mark.parametrize("block", range(2))
@pytest.mark.parametrize("faults", FAULT_SETS, ids=_named)
def test_no_sale_is_lost_or_doubled(faults: Faults, block: int) -> None:
    for seed in range(block * _BLOCK, (block + 1) * _BLOCK):
        world = World()
        wander(world, Random(seed), faults, STEPS)
        assert broken_after_healing(world) == [], f"seed {seed}"


def test_the_worlds_are_as_bad_as_they_claim() -> None:
    seen: Counter[str] = Counter()
    for seed in range(20):
        world = World()
        wander(world, Random(seed), frozenset(Fault), STEPS)
        tills = world.tills.values()
        seen["restored"] += world.head.incarnation > 1
        seen["quarantined"] += bool(world.head.quarantined)
        seen["cloned"] += bool(world.clones)
        seen["accused"] += any(till.accused for till in tills)
        seen["disks replaced"] += bool(world.replaced)
        seen["lost with a disk"] += bool(world.lost)
        seen["in flight"] += bool(world.in_flight)
        seen["journalled again"] += any(len(till.disk.journals) > 1 for till in tills)
    assert len(seen) == 8
    assert min(seen.values()) >= 5, seen


def steps_to_a_complaint(bug: Bug, most: int) -> int | None:
    """Steps taken in fresh worlds, one after the other, until the checker complains."""
    taken = 0
    for seed in count():
        world, random = bug.world(), Random(seed)
        for _ in range(SHORT_RUN // _GLANCE):
            if taken == most:
                return None
            wander(world, random, bug.faults, _GLANCE)
            taken += _GLANCE
            if broken_always(world):
                return taken
        if broken_after_healing(world):
            return taken
    return None


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_is_noticed(bug: Bug) -> None:
    assert steps_to_a_complaint(bug, MOST_STEPS_TO_A_BUG) is not None
    sound = Bug("none", bug.faults)
    assert steps_to_a_complaint(sound, MOST_STEPS_TO_A_BUG) is None


@pytest.mark.parametrize(("till", "lost"), [(Till, False), (BelievesThePast, True)])
def test_an_acknowledgement_from_before_a_restore_proves_nothing(
    till: type[Till], lost: bool
) -> None:
    world = World(till=till)
    world.greet(0)
    world.back_up()
    world.sell(0, 100)
    world.send(0, Journey(back=Fate.DELAYED))
    world.restore()
    world.greet(0)
    world.deliver(0)
    assert any("not booked" in complaint for complaint in broken_after_healing(world)) is lost


def test_a_restored_head_office_gets_closed_journals_again() -> None:
    world = World()
    world.back_up()
    world.sell(0, 100)
    world.send(0)
    world.send(0)
    world.clone(0)
    for till in (3, 0):
        world.sell(till, 200)
        for _ in range(3):
            world.send(till)
    closed = world.tills[0].disk.journals[0]
    assert (closed.moved_after, len(closed.entries)) == (1, 2)
    world.restore()
    assert broken_after_healing(world) == []
    assert world.head.cash == 500


@pytest.mark.parametrize(("head", "accused"), [(Head, False), (RotatesWhenRestored, True)])
def test_hellos_from_before_a_restore_use_up_no_nonce(head: type[Head], accused: bool) -> None:
    world = World(head=head)
    world.greet(0)
    world.back_up()
    world.greet(0, Journey(there=Fate.COPIED))
    world.greet(0, Journey(there=Fate.COPIED))
    world.greet(0, Journey(there=Fate.COPIED))
    world.restore()
    world.greet(0)
    while world.in_flight:
        world.deliver(0)
    world.greet(0)
    assert bool(world.tills[0].accused) is accused


def test_an_old_image_goes_on_in_a_new_journal_without_asking_anybody() -> None:
    world = World()
    world.sell(0, 100)
    world.keep_image(0)
    world.sell(0, 200)
    world.put_back(0)
    world.sell(0, 300)
    first, _, third = (receipt.number for receipt in world.printed)
    assert third.jid != first.jid
    assert broken_after_healing(world) == []
    assert world.head.cash == 400


def test_only_what_nobody_else_has_is_lost_with_a_disk() -> None:
    world = World()
    world.keep_image(0)
    world.sell(0, 100)
    world.send(0)
    world.send(0)
    world.sell(0, 200)
    world.put_back(0)
    assert world.lost == {world.printed[1].record.rid}


def test_the_previous_nonce_gets_the_current_one_and_rotates_nothing() -> None:
    world = World()
    world.greet(0)
    for _ in range(3):
        hello = world.tills[0].hello()
        lost = world.head.answer(hello)
        again = world.head.answer(world.tills[0].hello())
        assert isinstance(lost, Greeting)
        assert isinstance(again, Greeting)
        assert again.nonce == lost.nonce
        assert world.head.answer(hello) == Replayed(hello.id)
    world.greet(0)
    assert world.tills[0].accused == 0


def test_an_older_nonce_is_a_clone_and_that_till_goes_on_elsewhere() -> None:
    world = World()
    world.greet(0)
    world.clone(0)
    world.greet(0)
    world.greet(0)
    world.sell(3, 100)
    old = world.tills[3].open.jid
    world.greet(3)
    assert world.tills[3].accused == 1
    assert world.tills[3].open.jid != old
    assert broken_after_healing(world) == []


def test_clones_whose_hellos_alternate_are_known_by_their_sales_only() -> None:
    world = World()
    world.greet(0)
    world.clone(0)
    for _ in range(10):
        world.greet(0)
        world.greet(3)
    assert not world.tills[0].accused
    assert not world.tills[3].accused
    for till in (0, 3):
        world.sell(till, 100)
        for _ in range(3):
            world.send(till)
    assert world.tills[0].open.jid != world.tills[3].open.jid
    assert broken_after_healing(world) == []


JOURNEYS = st.sampled_from([SAFE, *(Journey(there, back) for there in Fate for back in Fate)])
TILLS = st.integers(0, 5)


class AnyWorld(RuleBasedStateMachine):
    """Every step of a world in any order, so that a failure shrinks to a short story."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def _till(self, number: int) -> int:
        return number % len(self.world.tills)

    @rule(till=TILLS, amount=st.integers(1, 500))
    def sell(self, till: int, amount: int) -> None:
        self.world.sell(self._till(till), amount)

    @rule(till=TILLS)
    def sell_poison(self, till: int) -> None:
        self.world.sell_poison(self._till(till))

    @rule(till=TILLS, journey=JOURNEYS)
    def greet(self, till: int, journey: Journey) -> None:
        self.world.greet(self._till(till), journey)

    @rule(till=TILLS, journey=JOURNEYS, size=st.sampled_from([1, 3, 50]))
    def send(self, till: int, journey: Journey, size: int) -> None:
        self.world.send(self._till(till), journey, size=size)

    @rule(index=st.integers(0, 100))
    def deliver(self, index: int) -> None:
        if self.world.in_flight:
            self.world.deliver(index % len(self.world.in_flight))

    @rule()
    def apply(self) -> None:
        self.world.apply()

    @rule()
    def back_up(self) -> None:
        self.world.back_up()

    @rule()
    def restore(self) -> None:
        self.world.restore()

    @rule(till=TILLS)
    def clone(self, till: int) -> None:
        self.world.clone(self._till(till))

    @rule(till=TILLS)
    def keep_image(self, till: int) -> None:
        self.world.keep_image(self._till(till))

    @rule(till=TILLS)
    def put_back(self, till: int) -> None:
        self.world.put_back(self._till(till))

    @invariant()
    def nothing_is_broken(self) -> None:
        assert broken_always(self.world) == []

    def teardown(self) -> None:
        assert broken_after_healing(self.world) == []


TestAnyWorld = AnyWorld.TestCase
TestAnyWorld.settings = settings(max_examples=60, stateful_step_count=40, derandomize=True)
