"""``python -m retail code``: the live tester."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from retail.__main__ import main
from retail.barcode.number_rules import CodeKind, CodeRules, NumberRule, setting_of

Output = pytest.CaptureFixture[str]
PALLET = "]C100106141412345678908"


def told(capsys: Output, *arguments: str) -> dict[str, object]:
    code = main(["code", *arguments, "--json"])
    facts: dict[str, object] = json.loads(capsys.readouterr().out)
    refusals = {"invalid", "unknown", "ambiguous"}
    assert code == (1 if facts["kind"] in refusals else 0)
    return facts


def test_a_price_label_tells_its_quantity(capsys: Output) -> None:
    label = ("2212347012501", "--country", "de")
    assert told(capsys, *label, "--unit-price", "1990") == {
        "kind": "measured_article",
        "gtin": "02212347012501",
        "item": "1234",
        "base_gtin": "02212340000000",
        "price": 1250,
        "currency": "EUR",
        "quantity": 628,
        "rule": "price label 22IIIIVPPPPPC",
    }
    assert "quantity" not in told(capsys, *label)
    assert main(["code", *label, "--unit-price", "1990"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "price                12.50 EUR" in lines
    assert "quantity             0.628" in lines
    assert told(capsys, *label, "--unit-price", "0")["kind"] == "invalid"


def test_a_weight_label_tells_its_amount(capsys: Output) -> None:
    label = ("2812347012503", "--country", "DE", "--currency", "CHF", "--unit-price", "1990")
    facts = told(capsys, *label)
    assert (facts["weight"], facts["amount"], facts["currency"]) == (1250, 2488, "CHF")
    assert main(["code", *label]) == 0
    said = capsys.readouterr().out
    assert "1.25 kg" in said
    assert "24.88 CHF" in said
    facts = told(capsys, "2512349000125", "--country", "DE", "--unit-price", "1")
    assert facts["count"] == 12_000


def test_gs1_data_with_a_separator_typed(capsys: Output) -> None:
    code = "]d2010950600013435210LOT1{GS}70032701311530"
    assert told(capsys, code, "--today", "2026-11-21") == {
        "kind": "gs1_article",
        "gtin": "09506000134352",
        "lot": "LOT1",
        "expiry": "2027-01-31T15:30",
        "elements": "(01)09506000134352(10)LOT1(7003)2701311530",
        "rule": "GS1 element strings",
    }
    assert told(capsys, "]d20109506000134352" + "15270131")["best_before"] == "2027-01-31"
    lost = told(capsys, "]d2010950600013435210A17270131", "--today", "2026-11-21")
    assert lost["warning"] == "possible_missing_separator"
    link = told(capsys, "https://id.gs1.org/01/09506000134352?17=270131")
    assert (link["expiry"], link["rule"]) == ("2027-01-31", "GS1 Digital Link")


def test_dates_are_read_as_of_today(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "]d2010950600013435217770101"
    assert told(capsys, code, "--today", "2026-11-21")["expiry"] == "1977-01-01"
    monkeypatch.setattr("time.localtime", lambda: date(2060, 5, 6).timetuple())
    assert told(capsys, code)["expiry"] == "2077-01-01"


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("4711", {"kind": "article", "item": "4711", "rule": "article number"}),
        (
            "9780306406157",
            {
                "kind": "article",
                "gtin": "09780306406157",
                "structure": "GTIN-13",
                "publication": "book (ISBN)",
                "rule": "book (ISBN)",
            },
        ),
        (
            "2012345012349",
            {"kind": "local_number", "gtin": "02012345012349", "circulation": "region"},
        ),
        (
            "01234565",
            {"kind": "ambiguous", "upc_e": "00012345000065", "ean_8": "00000001234565"},
        ),
        ("SKU-17", {"kind": "unknown", "text": "SKU-17", "reason": "not_a_product_code"}),
        ("TWB-7", {"kind": "badge", "number": "7", "rule": "employee badge"}),
        ("TWV-7", {"kind": "coupon", "number": "7", "rule": "coupon"}),
        (
            PALLET,
            {
                "kind": "gs1_other",
                "elements": "(00)106141412345678908",
                "rule": "GS1 element strings",
            },
        ),
    ],
)
def test_every_kind_is_told(code: str, facts: dict[str, object], capsys: Output) -> None:
    assert told(capsys, code) == facts


def test_a_misread_code_is_refused(capsys: Output) -> None:
    error = {
        "code": "gtin.check_digit",
        "message": "The check digit of 5901243123457 should be 5; scan it again.",
    }
    assert told(capsys, "5901243123457") == {"kind": "invalid", "error": error}
    assert main(["code", "5901243123457"]) == 1
    assert capsys.readouterr().err == error["message"] + "\n"


def test_rules_of_a_file(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "rules.json"
    row = NumberRule(name="money off", pattern="99IIIIIPPPPPC", kind=CodeKind.COUPON)
    path.write_text(setting_of(CodeRules(numbers=(row,), currency="GBP")), encoding="utf-8")
    assert told(capsys, "9912345012505", "--rules", str(path)) == {
        "kind": "coupon",
        "number": "9912345012505",
        "value": 1250,
        "currency": "GBP",
        "rule": "money off",
    }


@pytest.mark.parametrize(
    "text", ["{", '{"numbers": [{"name": "x", "pattern": "9"}]}', '{"currency": "EURO"}']
)
def test_rules_that_cannot_be_read(text: str, tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "rules.json"
    path.write_text(text, encoding="utf-8")
    assert main(["code", "4711", "--rules", str(path)]) == 2
    assert capsys.readouterr().err.endswith(".\n")


def test_wrong_usage(tmp_path: Path, capsys: Output) -> None:
    assert main(["code", "4711", "--rules", str(tmp_path / "none.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["code", "4711", "--currency", "EURO"]) == 2
    with pytest.raises(SystemExit) as ended:
        main(["code", "4711", "--today", "tomorrow"])
    assert ended.value.code == 2
