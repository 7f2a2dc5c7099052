from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode.gtin import Gtin, OtherCode, check_digit
from retail.barcode.kinds import read_code
from retail.barcode.number_rules import (
    CodeKind,
    CodeRules,
    EightDigits,
    NumberRule,
    PrefixRule,
)
from retail.barcode.presets import COUNTRIES, preset
from retail.barcode.scanned import (
    Ambiguous,
    Article,
    Badge,
    Coupon,
    CustomerCard,
    GiftCard,
    Gs1Article,
    Gs1Other,
    HeldSale,
    LocalNumber,
    MeasuredArticle,
    OrderPickup,
    ReceiptCode,
    RefundReceipt,
    ScannedCode,
    StoreCredit,
    TillCommand,
    UnknownCode,
)
from retail.errors import RetailError
from tests.unit.retail.strategies import Refusal

TODAY = date(2026, 11, 21)
RID = "01890a5dac96774bbcceb302099a8057"
PROOF = f"TW1.{RID}.{'A' * 43}"
CARD = PrefixRule(
    name="card", kind=CodeKind.CUSTOMER_CARD, prefix="29", shortest=13, longest=13, digits=True
)
TABLE = CodeRules(
    numbers=(
        NumberRule(name="gift", pattern="27IIIIIIIIIIC", kind=CodeKind.GIFT_CARD),
        NumberRule(name="own goods", pattern="20IIIIIIIIIIC"),
        NumberRule(name="paid out", pattern="980IIIIPPPPPC", kind=CodeKind.REFUND_RECEIPT),
        NumberRule(name="money off", pattern="99IIIIIPPPPPC", kind=CodeKind.COUPON),
    ),
    prefixes=(CARD, PrefixRule(name="slip", kind=CodeKind.RECEIPT, prefix="T", check=True)),
    gs1_without_aim=True,
    separators=("|", "<GS>"),
)
TABLES = [preset(), TABLE, *map(preset, COUNTRIES)]
UNVERIFIED = [table for table in TABLES if not any("V" in row.pattern for row in table.numbers)]


def read(raw: str, rules: CodeRules | None = None) -> ScannedCode:
    return read_code(raw, preset() if rules is None else rules, TODAY)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("TWC-4711", CustomerCard("4711", "customer card")),
        ("TWG-4711", GiftCard("4711", "gift card")),
        ("TWS-4711", StoreCredit("4711", "store credit")),
        ("TWV-4711", Coupon("4711", "coupon")),
        ("TWH-4711", HeldSale("4711", "held-sale slip")),
        ("TWB-4711", Badge("4711", "employee badge")),
        ("]C0TWO-4711\r\n", OrderPickup("4711", "order pick-up")),
        ("TWK-pay.cash", TillCommand("pay.cash", "till command")),
        ("4711", Article(OtherCode("4711"), rule="article number")),
        ("S001-1-A7-00000001", ReceiptCode("S001-1-A7-00000001", "receipt number")),
        ("s001-1-a7-00000001", ReceiptCode("S001-1-A7-00000001", "receipt number")),
        (f"]Q0{PROOF}", ReceiptCode(RID, "receipt's QR code")),
        ("S001-1-A7-1", UnknownCode("S001-1-A7-1", "not_a_product_code")),
        (PROOF[:-1], UnknownCode(PROOF[:-1], "not_a_product_code")),
        ("9800000000007", RefundReceipt("9800000000007", "refund receipt")),
        ("9810000000006", Coupon("9810000000006", "coupon")),
        ("9900000000004", Coupon("9900000000004", "coupon")),
        ("牛乳", UnknownCode("牛乳", "not_a_product_code")),
        ("SKU-17²", UnknownCode("SKU-17²", "not_a_product_code")),
    ],
)
def test_what_codes_are_by_the_worldwide_rules(raw: str, expected: ScannedCode) -> None:
    assert read(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2912345678901", CustomerCard("2912345678901", "card")),
        ("T042-03-000123-7", ReceiptCode("T042-03-000123", "slip")),
        ("2700000000007", GiftCard("2700000000007", "gift")),
        ("2000000000008", Article(Gtin("02000000000008", "2000000000008"), rule="own goods")),
        ("9801234012507", RefundReceipt("9801234012507", "paid out", 1250)),
        ("9912345012505", Coupon("9912345012505", "money off", 1250)),
        ("2100000000005", LocalNumber(Gtin("02100000000005", "2100000000005"), "region")),
    ],
)
def test_what_codes_are_by_a_retailers_rules(raw: str, expected: ScannedCode) -> None:
    assert read(raw, TABLE) == expected


@pytest.mark.parametrize("raw", ["T042-03-000123-8", "T11", "T1-1"])
def test_a_slip_with_a_wrong_check_digit_is_misread(raw: str, refused: Refusal) -> None:
    with refused("code.check_digit"):
        read(raw, TABLE)


@pytest.mark.parametrize("raw", ["T", "T7", "T-", "T12-x", "T12-", "Thinking"])
def test_what_only_begins_like_a_slip_is_none(raw: str) -> None:
    assert read(raw, TABLE) == UnknownCode(raw, "not_a_product_code")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "code.empty"),
        (" \r\n", "code.empty"),
        ("]C1", "code.empty"),
        ("]E0", "code.empty"),
        ("٩٥٠٦٠٠٠١٣٤٣٥٢", "code.charset"),
        ("９5０60001", "code.charset"),
        ("1234567", "gtin.length"),
        ("36000291452", "gtin.length"),
        ("]E0590123412345", "gtin.check_digit"),
        ("]E395060001343", "gtin.length"),
        ("]E3950600013435312", "gtin.check_digit"),
        ("]C199", "gs1.ai_length"),
        ("(01)09506000134353", "gs1.check_digit"),
        ("(oh)", "unknown"),
    ],
)
def test_what_is_refused(raw: str, code: str, refused: Refusal) -> None:
    if code == "unknown":
        assert isinstance(read(raw), UnknownCode)
        return
    with refused(code):
        read(raw)


@pytest.mark.parametrize(
    ("raw", "elements"),
    [
        ("]C1010950600013435210A|17270131", "(01)09506000134352(10)A(17)270131"),
        ("010950600013435210A<GS>17270131", "(01)09506000134352(10)A(17)270131"),
        ("0109506000134352", "(01)09506000134352"),
        ("(01)09506000134352(10)A", "(01)09506000134352(10)A"),
        ("\x1d0109506000134352", "(01)09506000134352"),
        ("https://id.gs1.org/01/09506000134352", "(01)09506000134352"),
    ],
)
def test_an_article_with_gs1_data(raw: str, elements: str) -> None:
    found = read(raw, TABLE)
    assert isinstance(found, Gs1Article)
    assert "".join(f"({code}){value}" for code, value in found.data.elements) == elements
    assert found.link is raw.startswith("http")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("]C18018106141412345678908", CustomerCard("106141412345678908", "GS1 (8018)")),
        ("]C12559506000134352", Coupon("9506000134352", "GS1 (255)")),
        ("]e08110106141416543213150110000310123196000", None),
        ("]e08112" + "A" * 70, Coupon("A" * 70, "GS1 (8112)")),
    ],
)
def test_gs1_data_that_are_no_goods(raw: str, expected: ScannedCode | None) -> None:
    expected = expected or Coupon(raw[7:], "GS1 (8110)")
    assert read(raw) == expected


def test_gs1_data_of_a_pallet() -> None:
    assert isinstance(read("]C100106141412345678908"), Gs1Other)


@pytest.mark.parametrize(
    ("raw", "eight", "key"),
    [
        ("]E401234565", EightDigits.ASK, "00000001234565"),
        ("]E001234565", EightDigits.ASK, "00012345000065"),
        ("01234565", EightDigits.UPC_E, "00012345000065"),
        ("01234565", EightDigits.EAN_8, "00000001234565"),
        ("01234505", EightDigits.ASK, "00012000003455"),
        ("01234503", EightDigits.ASK, "00000001234503"),
        ("96385074", EightDigits.ASK, "00000096385074"),
    ],
)
def test_eight_digits(raw: str, eight: EightDigits, key: str) -> None:
    found = read(raw, CodeRules(eight_digits=eight))
    assert isinstance(found, Article | LocalNumber)
    assert found.code == Gtin(key, raw[-8:])


def test_eight_digits_that_are_two_articles() -> None:
    found = read("01234565")
    assert found == Ambiguous(
        Gtin("00012345000065", "01234565"), Gtin("00000001234565", "01234565")
    )


def test_a_label_of_a_scale_tells_its_rule() -> None:
    found = read("2212347012501", preset("DE"))
    assert isinstance(found, MeasuredArticle)
    assert (found.rule, found.reading.item, found.reading.price) == ("price label", "1234", 1250)


def test_codes_are_values() -> None:
    assert len({read("9506000134352"), read("]E09506000134352"), read("TWC-1")}) == 2


def scans() -> st.SearchStrategy[str]:
    prefixes = st.sampled_from(
        ["", "]C1", "]e0", "]d2", "]Q3", "]Q1", "]E0", "]E3", "]E4", "(01)", "01", "TWC-", "T",
         "22", "https://id.gs1.org/01/", "http://[", "99", "980", "TW1.", "]C10109506000134352"]
    )  # fmt: skip
    signs = st.sampled_from("0123456789\x1d|()]/?=&;%+AZ-. ٣９²é\ud800")
    return st.tuples(prefixes, st.one_of(st.text(signs), st.text())).map("".join)


@given(scans(), st.sampled_from(TABLES), st.dates())
def test_no_text_breaks_the_scanner(raw: str, rules: CodeRules, today: date) -> None:
    try:
        found = read_code(raw, rules, today)
    except RetailError as problem:
        assert str(problem).endswith(".")  # noqa: PT017 - or it is read
    else:
        assert hash(found) == hash(read_code(raw, rules, today))


@given(st.text("0123456789", min_size=13, max_size=14), st.sampled_from(UNVERIFIED))
def test_every_valid_number_is_something_to_the_till(payload: str, rules: CodeRules) -> None:
    found = read_code(f"]C0{payload[:-1]}{check_digit(payload[:-1])}", rules, TODAY)
    assert not isinstance(found, UnknownCode | Ambiguous | Gs1Other)
