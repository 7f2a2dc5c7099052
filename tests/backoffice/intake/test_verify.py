from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from backoffice.commands import verified
from backoffice.intake.verify import Verified
from tests.support.head_books import journalled
from tests.support.head_data import sold
from tests.support.wire_till import WireJournal


def _spoil(engine: Engine, statement: str) -> Verified:
    with engine.begin() as tx:
        tx.execute(text(statement))
    return verified(engine)


def test_what_tills_sent_and_what_was_booked_from_it_hold(engine: Engine) -> None:
    journalled(engine, WireJournal().sell_many(4))
    found = verified(engine)
    assert found.broken == ""
    assert (found.journals, found.sales, found.quarantined) == (1, 4, 0)
    assert found.entries >= 4


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE journal_entry SET entry = entry || 'x' WHERE seq = 2", "entry 2: its hash"),
        ("UPDATE journal_entry SET type = 'x' WHERE seq = 2", "entry 2: its columns"),
        ("DELETE FROM journal_entry WHERE seq = 2", "entry 2 is missing"),
        ("UPDATE journal_head SET head_seq = 99, applied_seq = 99", "its head does not match"),
        ("UPDATE ledger_line SET minor = minor + 1 WHERE n = 1", "is not balanced"),
        ("UPDATE stock_level SET thousandths = thousandths + 1", "is not the sum"),
        ("DELETE FROM applied", "booked, but never applied"),
        ("DELETE FROM sale", "applied, but not booked"),
    ],
)
def test_whatever_was_altered_is_named(engine: Engine, statement: str, words: str) -> None:
    journalled(engine, WireJournal().sell_many(4))
    assert verified(engine).broken == ""
    assert words in _spoil(engine, statement).broken


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE sale_line_discount SET minor = minor - 1", "its lines' discounts"),
        ("DELETE FROM sale_line_discount WHERE n = 2", "its lines' discounts"),
        ("UPDATE sale_line_discount SET promotion = 'ELEVEN'", "its promotions did not take off"),
        ("UPDATE promo_usage SET minor = minor + 1", "its promotions did not take off"),
        ("DELETE FROM promo_usage", "its promotions did not take off"),
        ("UPDATE sale SET savings_minor = 0 WHERE savings_minor > 0", "its savings are not"),
    ],
)
def test_a_discount_that_does_not_add_up_is_named(
    engine: Engine, statement: str, words: str
) -> None:
    journal = WireJournal()
    journal.sell(sold("P1", price=605), sold("P2", 3000, n=2, off=121))
    journal.sell(sold("P2", 2000))
    journalled(engine, journal)
    assert verified(engine).broken == ""
    assert words in _spoil(engine, statement).broken
