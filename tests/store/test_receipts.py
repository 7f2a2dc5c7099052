from __future__ import annotations

import base64
from collections.abc import Iterator
from uuid import UUID

import pytest

from hardware.printer.profile import profile_named
from hardware.printer.render import render
from pos_app.checkout import attaching, reprinting, returning
from pos_app.checkout.returning import Back
from pos_app.customers import service as customers
from pos_app.customers.queries import FoundCustomer, find
from pos_app.printing import queue
from pos_app.staff.approvals import Why
from retail.contract.codec import merkle_leaf, read_entry
from retail.contract.documents import decode_document
from retail.customers import Personal
from retail.errors import RetailError
from retail.money import plain
from retail.receipt import Barcode, Block, Cut, Item, Pair, Qr, ReceiptDocument, Table, Text
from retail.tender.settlement import Foreign, Offer, TenderKind, foreign_cash
from tests.support.till import SHELF, Books

PIECE, WEIGHED = SHELF.code(SHELF.piece), SHELF.code(SHELF.weighed)


def _document(books: Books, rid: UUID) -> ReceiptDocument:
    found = books.run(queue.newest_document, rid)
    assert found is not None
    return found


def _only(document: ReceiptDocument, kind: type[Block]) -> Iterator[Block]:
    return (block for block in document.blocks if isinstance(block, kind))


def _pairs(document: ReceiptDocument) -> dict[str, str]:
    return {b.left: b.right for b in document.blocks if isinstance(b, Pair)}


def _jobs(books: Books) -> list[ReceiptDocument]:
    rows = books.query("SELECT document FROM print_job ORDER BY job_id")
    return [decode_document(bytes(body)) for (body,) in rows]


def test_a_receipt_says_who_sold_what_where_and_when(selling: Books) -> None:
    selling.enter(f"2*{PIECE}", f"0.842*{WEIGHED}")
    sold = selling.pay(Offer(TenderKind.CASH, 5000))
    document = _document(selling, sold.rid)
    texts = [block.text for block in document.blocks if isinstance(block, Text)]
    store = selling.session.store
    assert texts[:3] == [
        store.name,
        f"{store.street}, {store.city}",
        f"{store.phone} · {store.vat_id}",
    ]
    pairs = _pairs(document)
    # Amsterdam is an hour ahead of the clock's UTC.
    assert pairs[sold.receipt_number] == "2026-11-20 10:30"
    assert pairs["Till 1"] == selling.session.staff.name
    price = SHELF.weighed.minor["NL"]
    amount = (price * 842 + 500) // 1000
    items = [block for block in document.blocks if isinstance(block, Item)]
    assert [(i.name, i.quantity) for i in items] == [
        (SHELF.piece.row.name, "2"),
        (SHELF.weighed.row.name, "0.842 kg"),
    ]
    assert items[1].unit_price == f"{price // 100}.{price % 100:02d}"
    assert items[1].amount == f"{amount // 100}.{amount % 100:02d}"
    assert isinstance(document.blocks[-1], Cut)


def test_total_tenders_and_change_add_up_on_paper(selling: Books) -> None:
    selling.enter(f"3*{PIECE}")
    sold = selling.pay(Offer(TenderKind.CARD, 100, "AUTH42"), Offer(TenderKind.CASH, 10_000))
    pairs = _pairs(_document(selling, sold.rid))
    assert pairs["Total EUR"] == f"{sold.total_minor / 100:.2f}"
    assert pairs["Card AUTH42"] == "1.00"
    assert pairs["Cash"] == "100.00"
    assert pairs["Change"] == f"{sold.change_minor / 100:.2f}"
    assert "Cash rounding" not in pairs


def test_other_money_stands_on_the_receipt_with_its_rate(selling: Books) -> None:
    selling.enter(PIECE)
    dollars = foreign_cash(Foreign("USD", 20_000, 910_000), "EUR")
    sold = selling.pay(dollars)
    pairs = _pairs(_document(selling, sold.rid))
    assert pairs["Cash"] == "182.00"
    assert pairs["USD 200.00 @ 0.91"] == ""
    assert pairs["Change"] == f"{(18_200 - sold.total_minor) / 100:.2f}"
    assert selling.verify().broken == ""


def test_the_rounding_of_cash_stands_on_the_receipt(rounding: Books) -> None:
    rounding.execute("UPDATE price SET minor = 1003")
    sold = rounding.sell(PIECE)
    assert _pairs(_document(rounding, sold.rid))["Cash rounding"] == "0.02"


def test_the_tax_table_adds_up_to_the_total(selling: Books) -> None:
    pieces = [a for a in SHELF.all[:12] if a.row.unit == "piece" and not a.row.min_age]
    sold = selling.sell(*(SHELF.code(article) for article in pieces))
    (table,) = _only(_document(selling, sold.rid), Table)
    assert isinstance(table, Table)
    assert table.header == ("VAT", "Net", "Tax", "Gross")
    cents = [[round(float(cell) * 100) for cell in row[1:]] for row in table.rows]
    assert all(net + tax == gross for net, tax, gross in cents)
    assert sum(gross for *_, gross in cents) == sold.total_minor
    assert [row[0] for row in table.rows] == sorted(row[0] for row in table.rows)
    assert selling.value("SELECT sum(tax_minor) FROM sale_tax") == sum(tax for _, tax, _ in cents)


def test_the_code_on_the_receipt_proves_the_journal_entry(selling: Books) -> None:
    sold = selling.sell(PIECE)
    (code,) = _only(_document(selling, sold.rid), Qr)
    assert isinstance(code, Qr)
    kind, rid, leaf = code.data.split(".")
    data = selling.value("SELECT entry FROM journal_entry WHERE rid = :rid", rid=sold.rid.bytes)
    entry = read_entry(bytes(data))
    assert (kind, rid) == ("TW1", sold.rid.hex)
    assert base64.urlsafe_b64decode(leaf + "=") == merkle_leaf(sold.rid, entry.body)


def test_the_number_is_a_barcode_too(selling: Books) -> None:
    sold = selling.sell(PIECE)
    assert list(_only(_document(selling, sold.rid), Barcode)) == [Barcode(sold.receipt_number)]


def test_a_reprint_is_the_same_document_marked_as_a_copy(selling: Books) -> None:
    first = selling.sell(PIECE)
    last = selling.sell(PIECE)
    for _ in range(2):
        number = selling.run(reprinting.again, selling.session).number
        assert number == last.receipt_number != first.receipt_number
    _, original, one, two = _jobs(selling)
    for count, copy in enumerate((one, two), 1):
        banner, *rest = copy.blocks
        assert isinstance(banner, Text)
        assert banner.text == f"*** COPY {count} ***"
        assert tuple(rest) == original.blocks
    kept = selling.query("SELECT copy_no, drawer, state FROM print_job ORDER BY job_id")
    assert kept[2:] == [(1, 0, "queued"), (2, 0, "queued")]
    assert selling.verify().broken == ""


def test_an_older_receipt_is_printed_again_when_it_is_named(selling: Books) -> None:
    first = selling.sell(PIECE)
    selling.sell(PIECE)
    assert selling.run(reprinting.again, selling.session, first.rid).number == first.receipt_number
    assert selling.run(reprinting.gift, selling.session, first.rid) == first.receipt_number
    papers = "SELECT kind FROM print_job WHERE rid = (SELECT rid FROM print_job LIMIT 1)"
    assert [row[0] for row in selling.query(f"{papers} ORDER BY job_id")][1:] == [
        "receipt", "gift",
    ]  # fmt: skip


def test_a_receipt_of_another_till_is_printed_there(selling: Books) -> None:
    selling.sell(PIECE)
    before = selling.dump()
    with pytest.raises(RetailError) as caught:
        selling.run(reprinting.again, selling.session, UUID(int=7))
    assert caught.value.code == "print.elsewhere"
    assert selling.dump() == before


def test_a_reprint_of_nothing_says_so(selling: Books) -> None:
    before = selling.dump()
    with pytest.raises(RetailError) as caught:
        selling.run(reprinting.again, selling.session)
    assert caught.value.code == "print.nothing"
    assert selling.dump() == before


def test_a_gift_receipt_names_the_goods_and_no_amount(selling: Books) -> None:
    with pytest.raises(RetailError, match="printed no receipt"):
        selling.run(reprinting.gift, selling.session)
    sold = selling.sell(f"2*{PIECE}")
    assert selling.run(reprinting.gift, selling.session) == sold.receipt_number
    whole, paper = _jobs(selling)
    assert _pairs(paper)[SHELF.piece.row.name] == "× 2"
    assert not list(_only(paper, Item)) + list(_only(paper, Table))
    assert list(_only(paper, Qr)) == list(_only(whole, Qr))
    assert list(_only(paper, Barcode)) == list(_only(whole, Barcode))
    words = " ".join(str(block) for block in paper.blocks)
    price = SHELF.piece.minor["NL"]
    for amount in (price, 2 * price):
        assert f"{amount // 100}.{amount % 100:02d}" not in words
    assert selling.run(reprinting.again, selling.session).number == sold.receipt_number
    copies = "SELECT max(copy_no) FROM print_job WHERE kind = 'receipt'"
    assert selling.value(copies) == 1
    assert selling.value("SELECT count(*) FROM print_job WHERE drawer") == 1


def test_a_refund_has_no_gift_receipt(selling: Books) -> None:
    manager = next(person for person in selling.staff() if person.role == "manager")
    back = Back(1000, Why("unwanted", manager))
    selling.run(returning.take_back_blind, selling.session, PIECE, back)
    selling.pay(Offer(TenderKind.CASH, selling.view().priced.total_minor))
    with pytest.raises(RetailError, match="sold nothing"):
        selling.run(reprinting.gift, selling.session)


@pytest.mark.parametrize(
    ("language", "total", "thanks", "point"),
    [
        ("de-AT", "Summe EUR", "Vielen Dank für Ihren Einkauf", ","),
        ("pl", "Suma EUR", "Dziękujemy za zakupy", ","),
        ("zh", "合计 EUR", "感谢您的光临", "."),
        ("xx", "Total EUR", "Thank you for your visit", "."),
        ("", "Total EUR", "Thank you for your visit", "."),
    ],
)
def test_a_receipt_speaks_the_customer_s_language(
    selling: Books, language: str, total: str, thanks: str, point: str
) -> None:
    selling.run(customers.save, selling.session, None, Personal(name="Ann", language=language))
    (ann,) = selling.run(find, "ann")
    selling.run(attaching.attach, selling.session, ann)
    selling.enter(PIECE)
    sold = selling.pay()
    document = _document(selling, sold.rid)
    assert thanks in [block.text for block in document.blocks if isinstance(block, Text)]
    assert _pairs(document)[total] == plain(sold.total_minor, "EUR").replace(".", point)


def test_a_copy_and_a_gift_receipt_speak_as_the_receipt_did(selling: Books) -> None:
    ann = FoundCustomer(UUID(int=7), "Ann", "", language="de")
    selling.run(attaching.attach, selling.session, ann)
    selling.enter(PIECE)
    selling.pay()
    selling.run(reprinting.again, selling.session)
    selling.run(reprinting.gift, selling.session)
    said = [[b.text for b in job.blocks if isinstance(b, Text)] for job in _jobs(selling)[1:]]
    assert said[0][0] == "*** KOPIE 1 ***"
    assert "Geschenkbon" in said[1]


def test_polish_is_printed_with_the_printer_s_own_letters(selling: Books) -> None:
    ann = FoundCustomer(UUID(int=7), "Ann", "", language="pl")
    selling.run(attaching.attach, selling.session, ann)
    selling.enter(PIECE)
    document = _document(selling, selling.pay().rid)
    assert "Dziękujemy za zakupy".encode("cp852") in render(document, profile_named("epson-80mm"))
