"""``python -m retail``: price a basket from a file, explain its figures, read a code."""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from retail.barcode.number_rules import CodeRules, rules_from
from retail.errors import RetailError
from retail.promotions.engine import PromotionEngine
from retail.vectors.reading import id_of, raw_cases, read_case
from retail.vectors.text import text_of
from retail.vectors.writing import Answer, answer, as_json, major_units

FAULTY_CASE = 1
WRONG_USAGE = 2
OWN_FAULT = "program.fault"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one case: an answer with its microseconds, or a code with a sentence."""

    case_id: str
    answer: Answer | None = None
    microseconds: int = 0
    code: str = ""
    message: str = ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m retail",
        description="Price baskets and explain every figure; tell what a scanned code says.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    price = commands.add_parser("price", help="price the baskets of a file")
    price.add_argument("file", type=Path, metavar="FILE", help="JSON file with baskets")
    price.add_argument("--json", action="store_true", help="answer in JSON, for machines")
    price.add_argument("--timing", action="store_true", help="add the microseconds of each basket")
    explain = commands.add_parser("explain", help="explain the price of one basket of a file")
    explain.add_argument("file", type=Path, metavar="FILE", help="JSON file with baskets")
    explain.add_argument("--case", required=True, metavar="ID", help="the basket's id")
    code = commands.add_parser("code", help="tell what a scanned code says, and by which rule")
    code.add_argument("code", metavar="CODE", help="as the scanner sends it; {GS} for 0x1D")
    code.add_argument("--rules", type=Path, metavar="FILE", help="JSON file with a store's rules")
    code.add_argument("--country", default="", metavar="XX", help="without rules: its preset")
    code.add_argument("--currency", metavar="XXX", help="the store's; that of the rules, or EUR")
    code.add_argument("--unit-price", type=int, metavar="MINOR", help="of a kilogram or piece")
    code.add_argument("--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="for dates")
    code.add_argument("--json", action="store_true", help="answer in JSON, for machines")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the command line without the program's name, that of the process by default.

    Returns:
        The exit code; 1 when a case cannot be priced or a code says nothing, 2 when the file
        cannot be read.
    """
    asked = _parser().parse_args(arguments)
    return _code(asked) if asked.command == "code" else _baskets(asked)


def _baskets(asked: argparse.Namespace) -> int:
    try:
        raw = raw_cases(json.loads(asked.file.read_text(encoding="utf-8-sig")))
    except OSError as error:
        return _refuse(f"{asked.file} cannot be read: {error.strerror}.", WRONG_USAGE)
    except (ValueError, RecursionError) as error:
        return _refuse(f"{asked.file} is not JSON text: {error}.", WRONG_USAGE)
    except RetailError as error:
        return _refuse(f"{asked.file}: {error}", WRONG_USAGE)
    if asked.command == "price":
        return _price(raw, as_data=asked.json, timing=asked.timing)
    return _explain(raw, asked.case)


def _refuse(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _outcome(raw: object, position: int) -> _Outcome:
    case_id = id_of(raw, position)
    try:
        case = read_case(raw)
        started = time.perf_counter_ns()
        answered = answer(case)
        spent = time.perf_counter_ns() - started
    except RetailError as error:
        return _Outcome(case_id, code=error.code, message=str(error))
    except Exception as error:  # noqa: BLE001  # the other cases are still priced
        traceback.print_exc()
        return _Outcome(case_id, code=OWN_FAULT, message=f"Case {case_id}: {error!r}.")
    return _Outcome(case_id, answered, spent // 1000)


def _price(raw: Sequence[object], *, as_data: bool, timing: bool) -> int:
    outcomes = [_outcome(one, position) for position, one in enumerate(raw, 1)]
    if as_data:
        print(json.dumps([_entry(outcome, timing=timing) for outcome in outcomes]))
    else:
        for outcome in outcomes:
            _show(_text(outcome, timing=timing))
    return FAULTY_CASE if any(outcome.answer is None for outcome in outcomes) else 0


def _entry(outcome: _Outcome, *, timing: bool) -> dict[str, object]:
    if outcome.answer is None:
        error = {"code": outcome.code, "message": outcome.message}
        return {"id": outcome.case_id, "error": error}
    entry: dict[str, object] = {"id": outcome.case_id, "result": as_json(outcome.answer)}
    if timing:
        entry["microseconds"] = outcome.microseconds
    return entry


def _text(outcome: _Outcome, *, timing: bool) -> str:
    if outcome.answer is None:
        return f"{outcome.case_id}\n  {outcome.message}"
    text = text_of(outcome.answer)
    return f"{text}\n  {outcome.microseconds} microseconds" if timing else text


def _show(text: str) -> None:
    """Print what files of others may hold: a letter that cannot be shown becomes its number."""
    encoding = sys.stdout.encoding
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def _explain(raw: Sequence[object], case_id: str) -> int:
    from retail.promotions.explanation import explain, phrase

    found = [one for position, one in enumerate(raw, 1) if id_of(one, position) == case_id]
    if not found:
        return _refuse(f"There is no case {case_id} in the file.", WRONG_USAGE)
    outcome = _outcome(found[0], 1)
    _show(_text(outcome, timing=False))
    if outcome.answer is None:
        return FAULTY_CASE
    case = outcome.answer.case
    engine = PromotionEngine(case.promotions)
    told = explain(engine, case.request.lines, case.request.context, outcome.answer.quote.optimum)
    for explanation in told:
        why = phrase(explanation, lambda minor: major_units(minor, case.exponent))
        _show(f"  {explanation.name}: {why}")
    return 0


def _code(asked: argparse.Namespace) -> int:
    from retail.barcode.presets import preset

    try:
        rules = rules_from(asked.rules.read_bytes()) if asked.rules else preset(asked.country)
        if asked.currency:
            rules = msgspec.structs.replace(rules, currency=asked.currency)
    except OSError as error:
        return _refuse(f"{asked.rules} cannot be read: {error.strerror}.", WRONG_USAGE)
    except RetailError as error:
        return _refuse(str(error), WRONG_USAGE)
    return _tell(asked, rules)


def _tell(asked: argparse.Namespace, rules: CodeRules) -> int:
    from retail.barcode.application_identifiers import GS
    from retail.barcode.kinds import read_code
    from retail.barcode.tester import facts_of, lines_of

    # The domain is handed its day; a command line is where one comes from.
    today = asked.today or date(*time.localtime()[:3])
    try:
        found = read_code(asked.code.replace("{GS}", GS), rules, today)
        facts = facts_of(found, rules.currency, asked.unit_price)
    except RetailError as error:
        facts = {"kind": "invalid", "error": {"code": error.code, "message": str(error)}}
        if not asked.json:
            return _refuse(str(error), FAULTY_CASE)
    if asked.json:
        print(json.dumps(facts))
    else:
        _show("\n".join(lines_of(facts)))
    return FAULTY_CASE if facts["kind"] in {"invalid", "unknown", "ambiguous"} else 0


if __name__ == "__main__":
    sys.exit(main())
