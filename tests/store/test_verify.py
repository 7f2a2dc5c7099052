"""Whatever is altered behind the program's back, ``verify`` finds and names it."""

from __future__ import annotations

import random

import pytest

from tests.support.till import SHELF, Books

PIECE, KIT = SHELF.code(SHELF.piece), SHELF.code(SHELF.kit)
_SALE = "sale S1-1-"
_LAST_SALE = "WHERE rid = (SELECT max(rid) FROM sale)"


@pytest.fixture
def sold(selling: Books) -> Books:
    """Three sales, in a store whose triggers were dropped by somebody."""
    for codes in ((PIECE,), (f"2*{PIECE}", KIT), (KIT,)):
        selling.sell(*codes)
    triggers = selling.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers:
        selling.execute(f"DROP TRIGGER {name}")
    selling.execute("PRAGMA defer_foreign_keys = ON")
    assert selling.verify().broken == ""
    return selling


def test_counts_are_told(sold: Books) -> None:
    found = sold.verify()
    assert (found.entries, found.sales, found.erased) == (6, 3, 0)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("column", ["entry", "hash"])
def test_one_flipped_bit_of_an_entry_is_found(sold: Books, column: str, seed: int) -> None:
    rng = random.Random(f"{column} {seed}")
    seq = rng.randrange(1, 7)
    stored = bytearray(sold.value(f"SELECT {column} FROM journal_entry WHERE seq = {seq}"))  # noqa: S608
    stored[rng.randrange(len(stored))] ^= 1 << rng.randrange(8)
    sold.execute(f"UPDATE journal_entry SET {column} = :new WHERE seq = {seq}", new=bytes(stored))  # noqa: S608
    broken = sold.verify().broken
    assert f"entry {seq}: its hash does not follow" in broken


@pytest.mark.parametrize(
    "change", ["rid = randomblob(16)", "type = 'sale.opened'", "at = at + 1",
               "business_date = '2026-11-21'"],
)  # fmt: skip
def test_a_column_beside_an_entry_is_compared_with_it(sold: Books, change: str) -> None:
    sold.execute(f"UPDATE journal_entry SET {change} WHERE seq = 5")  # noqa: S608
    assert "entry 5: its columns differ from its bytes" in sold.verify().broken


@pytest.mark.parametrize("seq", range(1, 6))
def test_a_missing_entry_is_named(sold: Books, seq: int) -> None:
    sold.execute("DELETE FROM journal_entry WHERE seq = :seq", seq=seq)
    assert f"entry {seq} is missing before it" in sold.verify().broken


def test_a_missing_last_entry_is_named(sold: Books) -> None:
    sold.execute("DELETE FROM journal_entry WHERE seq = 6")
    assert "its head does not match its 5 entries" in sold.verify().broken


def test_a_cut_off_tail_does_not_pass_when_the_head_is_set_back_too(sold: Books) -> None:
    sold.execute("DELETE FROM journal_entry WHERE seq = 6")
    sold.execute(
        "UPDATE journal SET head_seq = 5, last_receipt = 2, "
        "head_hash = (SELECT hash FROM journal_entry WHERE seq = 5)"
    )
    assert sold.verify().broken == "3 sales are stored, but 2 are journalled"


def test_swapped_entries_are_named(sold: Books) -> None:
    sold.execute("UPDATE journal_entry SET seq = seq + 100 WHERE seq IN (4, 5)")
    sold.execute("UPDATE journal_entry SET seq = 109 - seq WHERE seq = 104")
    sold.execute("UPDATE journal_entry SET seq = 109 - seq WHERE seq = 105")
    assert "entry 4: its hash does not follow" in sold.verify().broken


@pytest.mark.parametrize(
    "change",
    ["head_seq = head_seq + 1", "head_hash = randomblob(32)", "last_receipt = 9"],
)
def test_a_wrong_head_is_named(sold: Books, change: str) -> None:
    sold.execute(f"UPDATE journal SET {change}")  # noqa: S608
    assert "its head does not match its 6 entries" in sold.verify().broken


@pytest.mark.parametrize("value", ["'text'", "NULL", "1", "x'00'", "3.5"])
@pytest.mark.parametrize("column", ["seq", "rid", "type", "at", "business_date", "hash", "entry"])
def test_a_value_of_another_type_is_a_broken_record_and_no_defect(
    sold: Books, column: str, value: str
) -> None:
    if (column, value) == ("seq", "1") or value == "NULL":
        value = "99"
    sold.execute(f"UPDATE journal_entry SET {column} = {value} WHERE seq = 5")  # noqa: S608
    assert "entry" in sold.verify().broken


@pytest.mark.parametrize("column", ["jid", "opened_at", "head_seq", "head_hash", "last_receipt"])
def test_a_head_that_makes_no_sense_is_a_broken_record_and_no_defect(
    sold: Books, column: str
) -> None:
    sold.execute(f"UPDATE journal SET {column} = 'nonsense'")  # noqa: S608
    assert "head" in sold.verify().broken


def test_a_wrong_series_is_named(sold: Books) -> None:
    sold.execute("UPDATE journal SET series = '00'")
    assert "its series is not the journal's" in sold.verify().broken


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("sale", "till = 2"),
        ("sale", "number = number || '1'"),
        ("sale", "business_date = '2026-11-21'"),
        ("sale", "shift_id = randomblob(16)"),
        ("sale", "staff_id = randomblob(16)"),
        ("sale", "party_id = randomblob(16)"),
        ("sale", "jid = randomblob(16)"),
        ("sale", "currency = 'USD'"),
        ("sale", "total_minor = total_minor - 1"),
        ("sale", "tax_minor = tax_minor - 1"),
        ("sale", "savings_minor = 1"),
        ("sale", "rounding_minor = 1"),
        ("sale", "price_version = price_version + 1"),
        ("sale_line", "sku = 'X'"),
        ("sale_line", "name = 'X'"),
        ("sale_line", "unit = 'kg'"),
        ("sale_line", "quantity = quantity + 1"),
        ("sale_line", "price_minor = price_minor - 1"),
        ("sale_line", "gross_minor = gross_minor - 1"),
        ("sale_line", "discount_minor = 1"),
        ("sale_line", "net_minor = net_minor - 1"),
        ("sale_tax", "ppm = ppm + 1"),
        ("sale_tax", "net_minor = net_minor + 1"),
        ("sale_tax", "tax_minor = tax_minor + 1"),
        ("sale_tender", "kind = 'card'"),
        ("sale_tender", "amount_minor = amount_minor - 1"),
        ("sale_tender", "given_minor = given_minor + 1"),
        ("sale_tender", "change_minor = change_minor + 1"),
        ("sale_tender", "reference = 'X'"),
        ("cash_move", "minor = minor - 1"),
        ("cash_move", "kind = 'float'"),
        ("cash_move", "shift_id = randomblob(16)"),
        ("stock_move", "sku = 'X'"),
        ("stock_move", "thousandths = thousandths + 1"),
        ("stock_move", "to_site = 'S2'"),
        ("stock_move", "from_state = 'supplied'"),
        ("stock_move", "kind = 'return'"),
    ],
)
def test_an_altered_sale_is_named(sold: Books, table: str, change: str) -> None:
    sold.execute(f"UPDATE {table} SET {change} {_LAST_SALE}")  # noqa: S608
    broken = sold.verify().broken
    assert broken.startswith(_SALE)
    assert broken.endswith("differ from its journal entry")


@pytest.mark.parametrize(
    "table", ["sale_line", "sale_tax", "sale_tender", "cash_move", "stock_move"]
)
def test_a_deleted_part_of_a_sale_is_named(sold: Books, table: str) -> None:
    sold.execute(f"DELETE FROM {table} {_LAST_SALE}")  # noqa: S608
    assert sold.verify().broken.startswith(_SALE)


@pytest.mark.parametrize(
    "table", ["sale_line", "sale_tax", "sale_tender", "cash_move", "stock_move"]
)
def test_an_invented_part_of_a_sale_is_named(sold: Books, table: str) -> None:
    key = "code" if table == "sale_tax" else "line" if table == "stock_move" else "n"
    sold.execute(f"CREATE TEMP TABLE more AS SELECT * FROM {table} {_LAST_SALE}")  # noqa: S608
    sold.execute(f"UPDATE more SET {key} = {key} || '9'")  # noqa: S608
    sold.execute(f"INSERT INTO {table} SELECT * FROM more")  # noqa: S608
    assert sold.verify().broken.startswith(_SALE)


def test_a_deleted_sale_is_named(sold: Books) -> None:
    for table in ("sale_line", "sale_tax", "sale_tender", "sale"):
        sold.execute(f"DELETE FROM {table} {_LAST_SALE}")  # noqa: S608
    assert sold.verify().broken.startswith(_SALE)


def test_an_invented_sale_is_counted(sold: Books) -> None:
    sold.execute("CREATE TEMP TABLE more AS SELECT * FROM sale LIMIT 1")
    sold.execute("UPDATE more SET rid = randomblob(16)")
    sold.execute("INSERT INTO sale SELECT * FROM more")
    assert sold.verify().broken == "4 sales are stored, but 3 are journalled"


@pytest.mark.parametrize("table", ["cash_move", "stock_move"])
def test_a_movement_of_nothing_is_counted(sold: Books, table: str) -> None:
    sold.execute(f"CREATE TEMP TABLE more AS SELECT * FROM {table} {_LAST_SALE} LIMIT 1")  # noqa: S608
    sold.execute("UPDATE more SET rid = randomblob(16)")
    sold.execute(f"INSERT INTO {table} SELECT * FROM more")  # noqa: S608
    what = table.replace("_move", " movements")
    assert f"{what} are stored" in sold.verify().broken


@pytest.mark.parametrize("change", ["number = 7", "float_minor = 1", "business_date = '2026-01-01'",
                                    "staff_id = randomblob(16)"])  # fmt: skip
def test_an_altered_shift_is_named(sold: Books, change: str) -> None:
    sold.execute(f"UPDATE shift SET {change}")  # noqa: S608
    assert sold.verify().broken == "shift 1: it differs from its journal entry"


def test_a_float_that_was_taken_is_named(sold: Books) -> None:
    sold.execute("UPDATE cash_move SET minor = minor - 5000 WHERE kind = 'float'")
    assert sold.verify().broken == "shift 1: it differs from its journal entry"


@pytest.mark.parametrize("change", [
    "UPDATE stock_level SET thousandths = thousandths + 1",
    "DELETE FROM stock_level",
    "INSERT INTO stock_level VALUES ('S1', 'on_hand', 'P00099', 5)",
    "UPDATE stock_level SET state = 'supplied'",
])  # fmt: skip
def test_a_wrong_balance_is_named(sold: Books, change: str) -> None:
    sold.execute(change)
    broken = sold.verify().broken
    assert broken.startswith("stock of ")
    assert broken.endswith("is not the sum of its movements")
