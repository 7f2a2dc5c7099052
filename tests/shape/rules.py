"""The house rules as small questions to a syntax tree or a text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("retail", "resources", "db", "hardware", "pos_app", "backoffice")
LONGEST_FILE = 500
LONGEST_FUNCTION = 50
_DRAWERS = {"manager", "managers", "helper", "helpers", "utils", "util", "misc", "common", "core"}
_SLOW_QT = {"QSortFilterProxyModel", "resizeColumnsToContents", "QGraphicsDropShadowEffect"}
# Written backwards, so that this file does not name them.
_NOWHERE = tuple(
    word[::-1]
    for word in (
        "gro.ipyp",
        "gro.detsohnohtyp",
        "gro.sjmpn",
        "moc.sjmpn",
        "moc.gkpnray",
        "gro.naibed.",
        "/krow/",
        "/toor/",
        "/ipyp/tpo/",
    )
)

Finder = Callable[["Source"], Iterator[int]]
Scope = Callable[[PurePosixPath], bool]


@cache
def _nodes(text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(text)))


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the repository: its path from the root and its text."""

    path: PurePosixPath
    text: str

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the syntax tree."""
        return iter(_nodes(self.text))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, where it holds, and the lines that break it."""

    name: str
    holds_in: Scope
    breaches: Finder


def below(*folders: str) -> Scope:
    """Python files below these folders."""
    return lambda path: (
        path.suffix == ".py" and any(path.is_relative_to(folder) for folder in folders)
    )


def _name(node: ast.expr) -> str:
    """``a.b.c`` of a chain of attributes; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _name(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def _calls(source: Source) -> Iterator[tuple[str, ast.Call]]:
    for node in source.nodes():
        if isinstance(node, ast.Call):
            yield _name(node.func), node


def _ends_transaction(source: Source) -> Iterator[int]:
    for name, call in _calls(source):
        if "." in name and name.rsplit(".", 1)[1] in {"commit", "rollback"}:
            yield call.lineno


def _inexact(source: Source) -> Iterator[int]:
    for node in source.nodes():
        match node:
            case ast.Constant(value=float()) | ast.ImportFrom(module="decimal"):
                yield node.lineno
            case ast.Name(id="float" | "Float" | "Decimal" | "Numeric"):
                yield node.lineno


def _divides(source: Source) -> Iterator[int]:
    for node in source.nodes():
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            yield node.lineno


def _reads_naive_clock(source: Source) -> Iterator[int]:
    for name, call in _calls(source):
        naive_now = name.endswith("datetime.now") and not call.args and not call.keywords
        if naive_now or name.endswith(("utcnow", "utcfromtimestamp", "date.today", "time.today")):
            yield call.lineno


def _reads_clock(source: Source) -> Iterator[int]:
    clocks = {"time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns"}
    for name, call in _calls(source):
        if name in clocks or name.endswith(("datetime.now", "date.today")):
            yield call.lineno


def _prints(source: Source) -> Iterator[int]:
    for name, call in _calls(source):
        if name in {"print", "sys.stdout.write"}:
            yield call.lineno


def _too_long(source: Source) -> Iterator[int]:
    if len(source.text.splitlines()) > LONGEST_FILE:
        yield LONGEST_FILE + 1
    for node in source.nodes():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            end = node.end_lineno or node.lineno
            if end - node.lineno >= LONGEST_FUNCTION:
                yield node.lineno


def _is_a_drawer(source: Source) -> Iterator[int]:
    if any(part.removesuffix(".py") in _DRAWERS for part in source.path.parts):
        yield 1


def _imports_relatively(source: Source) -> Iterator[int]:
    for node in source.nodes():
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno


def _opens_printers_itself(source: Source) -> Iterator[int]:
    for node in source.nodes():
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str() as module, names=names):
                modules = [module, *(f"{module}.{alias.name}" for alias in names)]
            case _:
                continue
        if any(f"{module}.".startswith("escpos.printer.") for module in modules):
            yield node.lineno


def _is_slow_qt(source: Source) -> Iterator[int]:
    for node in source.nodes():
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
                if name in _SLOW_QT:
                    yield node.lineno


def _sleeps(source: Source) -> Iterator[int]:
    for name, call in _calls(source):
        if name in {"time.sleep", "sleep", "qtbot.wait"} or name.endswith("qWait"):
            yield call.lineno


def _names_a_place(source: Source) -> Iterator[int]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if any(word in line for word in _NOWHERE):
            yield number


def _product_but(*allowed: str) -> Scope:
    product = below(*PRODUCT)
    return lambda path: product(path) and str(path) not in allowed


def _silent(path: PurePosixPath) -> bool:
    return below(*PRODUCT)(path) and path.name != "__main__.py"


def _by_hand(path: PurePosixPath) -> bool:
    """Python written by hand: a revision is generated, and never changes once it is released."""
    return path.suffix == ".py" and path.parent.name != "versions"


RULES = (
    Rule("only db/transaction.py ends transactions", _product_but("db/transaction.py"),
         _ends_transaction),
    Rule("no float, no Decimal where money is", below("retail", "db/head", "db/store", "db/shared"),
         _inexact),
    Rule("retail divides integers", below("retail"), _divides),
    Rule("no naive clock", lambda path: path.suffix == ".py", _reads_naive_clock),
    Rule("retail and the tables read no clock", below("retail", "db"), _reads_clock),
    Rule("only command lines print", _silent, _prints),
    Rule("files and functions are short", _by_hand, _too_long),
    Rule("no drawer for odds and ends", below(*PRODUCT, "scripts", "benchmarks", "tests"),
         _is_a_drawer),
    Rule("imports are absolute", lambda path: path.suffix == ".py", _imports_relatively),
    Rule("python-escpos encodes only", below(*PRODUCT), _opens_printers_itself),
    Rule("nothing slow of Qt's", below("pos_app"), _is_slow_qt),
    Rule("no test sleeps for a fixed time",
         lambda path: below("tests")(path) and not path.is_relative_to("tests/support"), _sleeps),
    Rule("no registry's host, no path of a machine", lambda _path: True, _names_a_place),
)  # fmt: skip
