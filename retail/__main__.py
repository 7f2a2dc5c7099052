"""``python -m retail``: price a basket from a file and explain its figures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

WRONG_USAGE = 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m retail", description="Price baskets and explain every figure."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    price = commands.add_parser("price", help="price the baskets of a file")
    price.add_argument("file", type=Path, metavar="FILE", help="JSON file with baskets")
    price.add_argument("--json", action="store_true", help="answer in JSON, for machines")
    explain = commands.add_parser("explain", help="explain the price of one basket of a file")
    explain.add_argument("file", type=Path, metavar="FILE", help="JSON file with baskets")
    explain.add_argument("--case", required=True, metavar="ID", help="the basket's id")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the command line without the program's name, that of the process by default.

    Returns:
        The exit code; 2 while the commands cannot answer.
    """
    _parser().parse_args(arguments)
    print("not yet: promotions arrive with the pricing engine", file=sys.stderr)
    return WRONG_USAGE


if __name__ == "__main__":
    sys.exit(main())
