"""Steps of the features, over the real processes."""

from __future__ import annotations

import shlex
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then, when

from backoffice.intake.applier import catch_up
from backoffice.stores.queries import till_totals
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.transaction import begin
from tests.support.postgres import copied, run_on
from tests.support.processes import HeadProcess, head_process, run
from tests.support.small_chain import gtin, load_small_chain
from tests.support.waiting import wait_until
from tests.support.world import World

_SMALL = "tillwright_feature_small"


@pytest.fixture(scope="session")
def small_template(head_server: EmbeddedPostgres, head_template: str) -> str:
    """Name of a database with a small chain."""
    run_on(head_server, f"CREATE DATABASE {_SMALL} TEMPLATE {head_template}")
    engine = open_head(head_server.url_of(_SMALL))
    with begin(engine) as tx:
        load_small_chain(tx)
    engine.dispose()
    return _SMALL


@pytest.fixture(scope="session", autouse=True)
def shared_office(head_server: EmbeddedPostgres, small_template: str) -> Iterator[HeadProcess]:
    """A served small chain for all scenarios that leave it running.

    Each enrols the till anew; totals are those of its present installation.
    """
    with (
        copied(head_server, small_template) as url,
        head_process("--db", url) as office,
    ):
        yield office


@pytest.fixture
def world(tmp_path: Path, head_server: EmbeddedPostgres) -> Iterator[World]:
    """Everything of one scenario; all of it is ended with it."""
    with ExitStack() as stack:
        yield World(tmp_path, head_server, stack)


@given("a head office with a small chain")
def _(world: World, shared_office: HeadProcess) -> None:
    world.use_office(shared_office)


@given("a head office with a small chain that may be stopped")
def _(world: World, small_template: str) -> None:
    world.open_office(small_template)


@given("a head office with the demo chain")
def _(world: World, demo_template: str) -> None:
    world.open_office(demo_template)


@given("till 1 of store S1 is enrolled there")
def _(world: World) -> None:
    world.code = world.issue()
    ended = world.enrol(world.till, world.code)
    assert ended.code == 0, ended.err
    assert ended.last_line == "Enrolled as till 1 of store S1; it can sell now."


@given("its receipts are printed to a file")
def _(world: World) -> None:
    world.env["TILLWRIGHT_PRINTER_ADDRESS"] = f"file:{world.paper}"


@given("head office is down")
def _(world: World) -> None:
    world.office.kill()


@when("head office is started again")
def _(world: World) -> None:
    world.office.start()
    world.link.target = world.office.url


@given("a cashier is at work")
@when("a cashier is at work")
def _(world: World) -> None:
    world.start_cashier()


@when(parsers.re(r"the cashier sells (?P<count>\d+) articles?"), converters={"count": int})
def _(world: World, count: int) -> None:
    for number in range(count):
        world.ask(f"enter {gtin(1 + number % 3)}")
        world.receipts.append(world.ask("pay")["receipt"])


@when(parsers.parse("the cashier enters {count:d} articles without paying"))
def _(world: World, count: int) -> None:
    for number in range(count):
        world.basket = world.ask(f"enter {number + 2}*{gtin(number + 1)}")
    assert len(world.basket["lines"]) == count


@when("the cashier pays")
def _(world: World) -> None:
    paid = world.ask("pay")
    assert paid["total"] == world.basket["total"]
    world.receipts.append(paid["receipt"])


@when("the power fails")
def _(world: World) -> None:
    assert world.working is not None
    world.working.kill()


@then("the basket is as it was")
def _(world: World) -> None:
    assert world.ask("basket") == world.basket


@when("the cable is pulled")
def _(world: World) -> None:
    world.link.cut()


@when("the cable is plugged in again")
def _(world: World) -> None:
    world.link.heal()


@then(parsers.parse("the till says that it is offline and that {count:d} records wait"))
def _(world: World, count: int) -> None:
    # Until it has asked for the first time a till is offline without a cause.
    assert wait_until(lambda: world.ask("queue")["cause"])
    told = world.ask("queue")
    assert told["state"] == "offline"
    assert told["queued"] == count
    assert told["cause"] == "The head office cannot be reached."


@then("everything is acknowledged")
def _(world: World) -> None:
    assert wait_until(lambda: world.ask("queue")["queued"] == 0, seconds=60)


@when(parsers.parse("{count:d} sales are made at the till"))
def _(world: World, count: int) -> None:
    world.sold = world.simulate(count).json()
    world.receipts = world.sold["receipts"]
    assert world.sold["unsynced"] == 0


@when(parsers.parse("{count:d} sales are made at the till without waiting for head office"))
def _(world: World, count: int) -> None:
    world.sold = world.simulate(count, "--drain", "0").json()
    assert world.sold["sales"] == count
    assert world.sold["unsynced"] >= count


@when("the till is told to sync once")
def _(world: World) -> None:
    assert world.command("sync", "--once").last_line == "0 entries wait to be acknowledged."


@then("head office has the till's totals")
def _(world: World) -> None:
    assert catch_up(world.engine, seconds=60)
    with begin(world.engine) as tx:
        (theirs,) = (row for row in till_totals(tx) if (row.store, row.till) == ("S1", 1))
    own = world.totals()
    assert own == {name: getattr(theirs, name) for name in own}
    assert own["sales"] > 0


@then("the till's books are in order")
def _(world: World) -> None:
    found = world.command("verify", "--json").json()
    assert found["broken"] == ""
    assert found["sales"] > 0


@then(parsers.parse("the till's totals tell {count:d} sales"))
def _(world: World, count: int) -> None:
    assert world.totals()["sales"] == count


@then("the till can sell")
def _(world: World) -> None:
    assert world.simulate(1).json()["sales"] == 1


@then(parsers.parse('it is refused with "{sentence}"'))
def _(world: World, sentence: str) -> None:
    assert world.ended is not None
    assert world.ended.code == 1
    assert world.ended.err.strip().startswith(sentence), world.ended.err
    assert "\n" not in world.ended.err.strip()


@then("the data folder is no till")
def _(world: World) -> None:
    ended = run("pos_app", "totals", "--data", world.till)
    assert ended.code == 1
    assert "enrol" in ended.err


def nobody() -> str:
    """An address where nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@when("somebody enrols a till at an address where nobody answers")
def _(world: World) -> None:
    world.ended = world.enrol(world.till, "0000-0000", nobody())


@when("somebody enrols a till at office.example")
def _(world: World) -> None:
    world.ended = world.enrol(world.till, "0000-0000", "office.example")


@when("somebody enrols a till with the code 0000-0000")
def _(world: World) -> None:
    world.ended = world.enrol(world.till, "0000-0000")


@when("somebody enrols another till with the same code")
def _(world: World) -> None:
    world.ended = world.enrol(world.folder / "another", world.code)


@when("somebody enrols the same folder with a new code")
def _(world: World) -> None:
    world.ended = world.enrol(world.till, world.issue(2))


@when("head office is asked for a code for till 9 of store S1")
def _(world: World) -> None:
    words = shlex.split("enrol-code --store S1 --till 9")
    world.ended = run("backoffice", words[0], *world.office.place, *words[1:])


@when("a second till is started on the same folder")
def _(world: World) -> None:
    world.ended = run("pos_app", "simulate", "--data", world.till, "--sales", "1")
