"""Selling as features, with the steps that only one of them needs."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing
from uuid import UUID

import httpx2
from pytest_bdd import parsers, scenarios, then, when
from sqlalchemy import func, select

from backoffice.commands import DEMO_LOGIN, DEMO_PASSWORD
from db.head.erp import Account, LedgerLine
from db.head.journals import JournalEntry
from db.head.oms import Sale as HeadSale
from db.head.stock import StockMove
from db.transaction import begin
from pos_app.runtime.paths import TillPaths
from retail.contract.codec import merkle_leaf, read_entry
from tests.support.processes import Running
from tests.support.waiting import wait_until
from tests.support.world import World

scenarios("first_sale.feature", "offline.feature", "power_cut.feature")
_CSRF = re.compile(r'name="csrf(?:-token)?" (?:value|content)="([^"]+)"')


@then(parsers.parse("{count:d} receipts are on paper, each number once"))
def _(world: World, count: int) -> None:
    printed = world.numbers_on_paper()
    assert set(printed) == set(world.receipts)
    assert len(printed) == count
    assert len(set(printed.values())) == 1


@then("every sale is in the ledger in balance, with its stock and its cost of goods")
def _(world: World) -> None:
    with begin(world.engine) as tx:
        query = select(HeadSale.rid, HeadSale.total_minor)
        query = query.where(HeadSale.number.in_(world.receipts))
        sales = {row.rid: row.total_minor for row in tx.execute(query)}
        assert len(sales) == len(world.receipts)
        roles = {r.code: r.role for r in tx.execute(select(Account.code, Account.role))}
        for rid, total in sales.items():
            lines = tx.execute(
                select(LedgerLine.account, LedgerLine.minor).where(LedgerLine.rid == rid)
            ).all()
            assert sum(line.minor for line in lines) == 0
            by_role = {roles[line.account] for line in lines}
            assert {"sales", "inventory", "cost_of_goods"} <= by_role
            paid = {"cash", "card_clearing"}
            assert sum(x.minor for x in lines if roles[x.account] in paid) == total
            moves = select(func.count()).select_from(StockMove).where(StockMove.rid == rid)
            assert tx.execute(moves).scalar_one() > 0


@then("the web page of the newest receipt shows its number, its total and its proof")
def _(world: World) -> None:
    number = world.receipts[-1]
    with begin(world.engine) as tx:
        sale = tx.execute(select(HeadSale).where(HeadSale.number == number)).one()
    with httpx2.Client(base_url=world.office.url, headers={"accept": "text/html"}) as browser:
        sign_in(browser)
        page = browser.get(f"/sales/S1/{sale.rid}").text
        listed = browser.get("/sales").text
    assert number in page
    assert f"{sale.total_minor // 100}.{sale.total_minor % 100:02d}" in page
    assert leaf_of(world, sale.rid) in page.lower()
    assert number in listed


def leaf_of(world: World, rid: UUID) -> str:
    """The proof that is printed on the receipt, as head office computes it."""
    with begin(world.engine) as tx:
        row = tx.execute(select(JournalEntry.entry).where(JournalEntry.rid == rid)).one()
    return merkle_leaf(rid, read_entry(bytes(row.entry)).body).hex()


def sign_in(browser: httpx2.Client) -> None:
    """Log in as a person does."""
    found = _CSRF.search(browser.get("/login").text)
    assert found is not None
    form = {"login": DEMO_LOGIN, "password": DEMO_PASSWORD, "csrf": found[1]}
    assert browser.post("/login", data=form).status_code == 303


@when(parsers.parse("the power fails {count:d} times while the till is selling"))
def _(world: World, count: int) -> None:
    rng = random.Random(7)
    for run in range(count):
        before = sales_kept(world)
        words = ["pos_app", "simulate", "--data", world.till, "--sales", "500", "--seed", run]
        selling = Running([str(word) for word in words], world.env)
        world.stack.callback(selling.kill)
        assert reaches(world, before + rng.randrange(3, 30)), selling.errors
        selling.kill()


def reaches(world: World, sales: int) -> bool:
    """True as soon as the till has made so many sales."""
    return wait_until(lambda: sales_kept(world) >= sales, seconds=60)


def sales_kept(world: World) -> int:
    """How many sales are durable at the till."""
    return len(numbers_kept(world))


def numbers_kept(world: World) -> list[str]:
    """Receipt numbers in the till's database, read beside whoever writes it."""
    path = TillPaths(world.till).store
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM sale")]


@then("no receipt number was given twice")
def _(world: World) -> None:
    numbers = sorted(int(number.rsplit("-", 1)[1]) for number in numbers_kept(world))
    assert numbers == list(range(1, len(numbers) + 1))


@then("every receipt on paper is in the till's books")
def _(world: World) -> None:
    assert set(world.numbers_on_paper()) <= set(numbers_kept(world))
