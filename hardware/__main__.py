"""``python -m hardware``: what drivers there are, a test receipt, what a code means."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hardware.events import HardwareEvent, JobDone, JobFailed
    from hardware.printer.profile import PrinterProfile
    from retail.receipt import ReceiptDocument

_OK, _NO, _USAGE = 0, 1, 2
_WAIT_S = 60.0
_SETTLE_S = 10.0
_FONTS = Path(__file__).resolve().parent.parent / "resources" / "vendor" / "fonts"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns 0 for yes, 1 for no, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    answers, code = options.run(options)
    if options.text:
        for answer in answers:
            print("  ".join(f"{key}={_plain(value)}" for key, value in answer.items()))
    else:
        print(json.dumps(answers, ensure_ascii=False, indent=2))
    return int(code)


def _plain(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m hardware",
        description="Devices of a till.",
        epilog="Exit: 0 yes, 1 no, 2 usage.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="drivers and the evidence for each")
    listing.set_defaults(run=_list)
    test = commands.add_parser("test", help="print a test receipt")
    test.add_argument(
        "address", help="tcp://host:9100, serial:///dev/ttyX?baud=9600, file:/path, null:"
    )
    test.add_argument("--profile", default="epson-80mm", help="printer profile (epson-80mm)")
    test.add_argument("--codepage", help="code page, such as CP852")
    test.add_argument("--png", type=Path, help="also write a picture of the receipt")
    test.add_argument("--fonts", type=Path, default=_FONTS, help="folder of fonts")
    test.set_defaults(run=_test)
    weigh = commands.add_parser("weigh", help="ask a scale what lies on it")
    weigh.add_argument("address", help="serial:///dev/ttyUSB0, or fake:/path of a file")
    weigh.set_defaults(run=_weigh)
    decode = commands.add_parser("decode", help="what scanned codes mean")
    decode.add_argument("codes", nargs="+", metavar="CODE")
    decode.set_defaults(run=_decode)
    for command in (listing, test, weigh, decode):
        style = command.add_mutually_exclusive_group()
        style.add_argument("--json", action="store_true", help="print a JSON list (the default)")
        style.add_argument("--text", action="store_true", help="print lines for people")
    return parser


def _list(_: argparse.Namespace) -> tuple[list[dict[str, Any]], int]:
    from hardware.registry import DRIVERS

    return [asdict(driver) for driver in DRIVERS], _OK


def _test(options: argparse.Namespace) -> tuple[list[dict[str, Any]], int]:
    from hardware.address import parse_address
    from hardware.errors import NotConfigured
    from hardware.printer.fonts import FontSet
    from hardware.printer.preview import preview_png
    from hardware.printer.profile import profile_named
    from hardware.printer.render import render

    try:
        address = parse_address(options.address)
        profile = profile_named(options.profile)
        profile = profile.with_page(options.codepage or profile.page)
    except NotConfigured as problem:
        print(problem.sentence, file=sys.stderr)
        return [], _USAGE
    fonts = FontSet(options.fonts)
    data = render(_receipt(profile, str(address)), profile, fonts=fonts)
    if options.png:
        options.png.write_bytes(preview_png(data, profile, fonts=fonts))
    answer = {"address": str(address), "profile": profile.name, **_print(address, profile, data)}
    return [answer], _OK if answer["error"] is None else _NO


def _print(address: Any, profile: PrinterProfile, data: bytes) -> dict[str, Any]:
    from hardware.errors import HardwareError
    from hardware.events import JobDone, JobFailed
    from hardware.registry import receipt_printer

    ended: list[JobDone | JobFailed] = []
    over = threading.Event()

    def heard(event: HardwareEvent) -> None:
        if isinstance(event, JobDone | JobFailed):
            ended.append(event)
            over.set()

    printer = receipt_printer("test", address, profile=profile, emit=heard)
    try:
        printer.open()
        printer.submit("test", data)
        over.wait(_WAIT_S)
    except HardwareError as problem:
        return {"result": "not_printed", "error": problem.code, "sentence": problem.sentence}
    finally:
        printer.close()
    if not ended:
        sentence = "The printer did not finish in time; nobody knows how much came out."
        return {"result": "unknown", "error": "hardware.timeout", "sentence": sentence}
    event = ended[0]
    if isinstance(event, JobDone):
        return {"result": event.proof.value, "error": None, "sentence": ""}
    return {
        "result": event.outcome.value,
        "error": event.error.code,
        "sentence": event.error.sentence,
    }


def _weigh(options: argparse.Namespace) -> tuple[list[dict[str, Any]], int]:
    from hardware.errors import HardwareError, NotConfigured
    from hardware.events import WeightRead
    from hardware.registry import DeviceOptions, scale_from
    from hardware.scale.reading import Reading, ScaleStatus

    told: list[Reading] = []
    settled = threading.Event()
    passing = {ScaleStatus.MOTION, ScaleStatus.TIMEOUT, ScaleStatus.FRAMING}

    def heard(event: HardwareEvent) -> None:
        if isinstance(event, WeightRead):
            told.append(event.reading)
            if event.reading.status not in passing:
                settled.set()

    try:
        scale = scale_from(DeviceOptions("test", {"address": options.address}), heard)
    except NotConfigured as problem:
        print(problem.sentence, file=sys.stderr)
        return [], _USAGE
    try:
        scale.open()
        scale.watch()
        settled.wait(_SETTLE_S)
    except HardwareError as problem:
        return [{"error": problem.code, "sentence": problem.sentence}], _NO
    finally:
        scale.close()
    answers = [
        {"status": one.status.value, "net": one.net, "stable": one.stable, "tared": one.tared}
        for one in told[-1:]
    ]
    return answers, _OK if any(one.net is not None for one in told[-1:]) else _NO


def _receipt(profile: PrinterProfile, address: str) -> ReceiptDocument:
    from retail.receipt import (
        Align,
        Barcode,
        Cut,
        Item,
        Pair,
        Qr,
        ReceiptDocument,
        Rule,
        Table,
        Text,
    )

    return ReceiptDocument(
        "Test",
        "en",
        (
            Text("TEST", Align.CENTER, bold=True, size=2),
            Text(f"{address}\n{profile.name}, {profile.page}", Align.CENTER),
            Rule(),
            Text("äöüß ÄÖÜ éèêñ € £ ŁódŹ žř"),
            Item("A name that is longer than its column", "2", "3.49", "6.98", "a note"),
            Pair("TOTAL", "6.98 €", bold=True, size=2),
            Table(("Rate", "Net", "Tax", "Gross"), (("19 %", "5.87", "1.11", "6.98"),)),
            Barcode("T001-01-000001"),
            Qr("https://example.org/r/test"),
            Cut(),
        ),
    )


def _decode(options: argparse.Namespace) -> tuple[list[dict[str, Any]], int]:
    from retail.barcode.gtin import parse
    from retail.errors import RetailError

    answers: list[dict[str, Any]] = []
    code = _OK
    for raw in options.codes:
        try:
            found = parse(raw)
        except RetailError as problem:
            answers.append({"raw": raw, "error": problem.code, "sentence": str(problem)})
            code = _NO
        else:
            answers.append({"raw": raw, "type": type(found).__name__, **asdict(found)})
    return answers, code


if __name__ == "__main__":
    sys.exit(main())
