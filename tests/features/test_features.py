"""Steps of the features; every step talks to real processes."""

from __future__ import annotations

import re
import socket

import requests
from pytest_bdd import given, parsers, scenarios, then, when
from sqlalchemy import text

from tests.features.conftest import Shop, TillFolder
from tests.support.processes import Ended, HeadProcess, done, run, running
from tests.support.waiting import wait_until

scenarios(".")


@given("a head office with a small chain")
def _head_office(served: HeadProcess) -> None:
    assert served.url


@given(parsers.parse("till {number:d} of store S1 is enrolled"))
def _enrolled(shop: Shop, number: int) -> None:
    till = shop.new_till(number)
    till.code = shop.office.command("enrol-code", "--store", "S1", "--till", str(number)).last_line
    till.command("enrol", "--server", shop.office.url, "--code", till.code)
    shop.tills.append(till)


@when(parsers.parse("the till makes {count:d} sales"))
def _sells(shop: Shop, count: int) -> None:
    drain = 20.0 if shop.ended is None else 0.2
    shop.till.sell(count, drain=drain, seed=len(shop.till.receipts) + 1)


@when(parsers.parse("every till makes {count:d} sales"))
def _all_sell(shop: Shop, count: int) -> None:
    for till in shop.tills:
        till.sell(count)


@when("the head office is killed")
def _killed(shop: Shop) -> None:
    shop.office.kill()
    # From now on nobody answers: a drain would only wait.
    shop.ended = run("pos_app", "sync", "--once", "--data", shop.till.folder)
    assert shop.ended.code == 1


@when("the head office is started again")
def _started(shop: Shop) -> None:
    shop.office.start()
    shop.ended = None


@when("the till syncs once")
def _syncs(shop: Shop) -> None:
    shop.till.command("sync", "--once")


@when(
    parsers.parse(
        "the head office is killed and started again {times:d} times during {count:d} sales"
    )
)
def _killed_meanwhile(shop: Shop, times: int, count: int) -> None:
    till = shop.till
    words = ("simulate", "--data", till.folder, "--sales", str(count), "--rate", "5", "--json")
    with running("pos_app", *words, "--drain", "60", env=till.env) as selling:
        for _ in range(times):
            before = till.sold()
            assert wait_until(lambda sold=before: till.sold() >= sold + 3)  # type: ignore[misc]
            shop.office.kill()
            assert wait_until(lambda sold=before: till.sold() >= sold + 6)  # type: ignore[misc]
            shop.office.start()
        ended = selling.wait(seconds=90)
    assert ended.code == 0, ended.err
    assert ended.json()["unsynced"] == 0


@when(parsers.parse("somebody enrols a till with the code {code}"))
def _enrols_with(shop: Shop, code: str) -> None:
    shop.ended = _enrol(shop.new_till(), shop.office.url, code)


@when("somebody enrols another till with the same code")
def _enrols_again(shop: Shop) -> None:
    shop.ended = _enrol(shop.new_till(), shop.office.url, shop.till.code)


@when("somebody enrols the same folder again")
def _enrols_folder(shop: Shop) -> None:
    code = shop.office.command("enrol-code", "--store", "S1", "--till", "2").last_line
    shop.ended = _enrol(shop.till, shop.office.url, code)


@when("somebody enrols a till at an address where nobody answers")
def _enrols_nowhere(shop: Shop) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        shop.ended = _enrol(shop.new_till(), address, "ABCD-EFGH")


def _enrol(till: TillFolder, server: str, code: str) -> Ended:
    return run("pos_app", "enrol", "--data", till.folder, "--server", server, "--code", code)


@when("the till is killed while it sells")
def _cut(shop: Shop) -> None:
    till = shop.till
    words = ("simulate", "--data", till.folder, "--sales", "500", "--rate", "20")
    with running("pos_app", *words, env=till.env) as selling:
        assert wait_until(lambda: till.sold() >= 5)
        selling.kill()


@when("a second process sells on the same folder meanwhile")
def _second(shop: Shop) -> None:
    till = shop.till
    words = ("simulate", "--data", till.folder, "--sales", "500", "--rate", "10")
    with running("pos_app", *words, env=till.env) as selling:
        assert wait_until(lambda: till.sold() >= 1)
        shop.ended = run("pos_app", "simulate", "--data", till.folder, "--sales", "1")
        assert till.totals()["sales"] >= 1
        done("pos_app", "verify", "--data", till.folder)
        assert selling.running


@then("totals and verify answer beside it")
def _beside(shop: Shop) -> None:
    # They were asked while the first process sold; its books hold after its end, too.
    done("pos_app", "verify", "--data", shop.till.folder)


@then("nothing waits to be sent")
def _nothing_waits(shop: Shop) -> None:
    assert "0 entries wait" in shop.till.command("sync", "--once").out


@then(parsers.parse("{count:d} sales wait to be sent"))
def _wait(shop: Shop, count: int) -> None:
    ended = run("pos_app", "sync", "--once", "--data", shop.till.folder)
    assert ended.code == 1
    assert shop.till.sold() == 3 + count
    assert len(shop.till.receipts) == 3 + count


@then(parsers.parse("both sides agree on the totals of {count:d} sales"))
def _agree_on(shop: Shop, count: int) -> None:
    assert shop.till.sold() == count
    _agree(shop)


@then("both sides agree on the totals of every till")
@then("both sides agree on the totals of all sales")
def _agree(shop: Shop) -> None:
    for till in shop.tills:
        till.command("sync", "--once")
    at_head = shop.office.totals()
    for till in shop.tills:
        assert at_head["S1", till.number] == till.totals()
        done("pos_app", "verify", "--data", till.folder)


@then(parsers.parse("the paper shows {count:d} receipts, each number once"))
def _paper(shop: Shop, count: int) -> None:
    assert sorted(shop.till.printed()) == sorted(shop.till.receipts)
    assert len(shop.till.receipts) == count


@then("every receipt on paper is in the journal, each number once")
def _paper_is_true(shop: Shop) -> None:
    printed = shop.till.printed()
    assert len(set(printed)) == len(printed)
    sold = shop.till.sold()
    assert {int(number[-8:]) for number in printed} <= set(range(1, sold + 1))


@then("no two receipts carry the same number")
def _no_clash(shop: Shop) -> None:
    numbers = [number for till in shop.tills for number in till.receipts]
    assert len(set(numbers)) == len(numbers) == 6


@then("its books verify")
def _verifies(shop: Shop) -> None:
    done("pos_app", "verify", "--data", shop.till.folder)


@then("the ledger of head office is balanced")
def _balanced(shop: Shop) -> None:
    assert shop.engine is not None
    query = "SELECT count(*), coalesce(sum(minor), 1) FROM ledger_line"
    with shop.engine.connect() as connection:
        count, total = connection.execute(text(query)).one()
    assert count > 0
    assert total == 0


@then("the receipt page of the last sale shows its ledger and a chain that holds")
def _page(shop: Shop) -> None:
    office = shop.office
    password = "correct horse battery staple"
    with running(
        "backoffice",
        "user-add",
        *map(str, office.place),
        "--login",
        "anna",
        "--role",
        "viewer",
        "--password-stdin",
    ) as adding:
        adding.say(password)
        assert adding.wait().code == 0
    with requests.Session() as browser:
        form = browser.get(f"{office.url}/login", timeout=20).text
        token = re.search(r'name="csrf" value="([^"]+)"', form)
        fields = {"login": "anna", "password": password, "csrf": token[1] if token else ""}
        assert browser.post(f"{office.url}/login", data=fields, timeout=20).ok
        listed = browser.get(f"{office.url}/sales", timeout=20).text
        number = shop.till.receipts[-1]
        link = re.search(rf'href="(/sales/S1/[0-9a-f-]+)"[^>]*>\s*{number}', listed)
        assert link, listed
        page = browser.get(office.url + link[1], timeout=20).text
    for word in (number, "General ledger", "Balanced", "The chain holds"):
        assert word in page


@then(parsers.parse("the command says no in one sentence: {words}"))
def _says_no(shop: Shop, words: str) -> None:
    assert shop.ended is not None
    assert shop.ended.code == 1
    assert words in shop.ended.err
    assert len(shop.ended.err.strip().splitlines()) == 1
    assert "Traceback" not in shop.ended.err
