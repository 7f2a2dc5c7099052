"""Keep the catalogues of words as the source has them: ``make words``.

Every text that reaches people is taken from the source: what ``_``, ``N_``, ``ngettext`` and
``translate`` are given, and every literal that is a sentence. Catalogues get new messages empty
and lose old ones; nothing is guessed. ``--missing`` lists what has no translation yet, as JSON of
message to empty text, and ``--fill`` puts such a file, filled in, into a catalogue.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resources import words  # noqa: E402  (the script may be started from anywhere)

PACKAGES = ("pos_app", "hardware", "retail", "db", "resources")
# Nobody at a till reads what these say.
SILENT = (
    "__main__.py",
    "db/demo/",
    "db/dumps.py",
    "db/embedded.py",
    "db/engine.py",
    "db/head/",
    "db/migrations/",
    "db/promotions.py",
    "hardware/fake/",
    "pos_app/bootstrap/simulation.py",
    "pos_app/screens/shots/",
    "retail/vectors/",
)
MARKS = {"_": 1, "N_": 1, "translate": 1, "ngettext": 2}
LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}
DULL = (
    '"Project-Id', '"Report-', '"POT-', '"PO-', '"Last-', '"Language-Team', '"Generated-By',
)  # fmt: skip
_SENTENCE = re.compile(r"(?!UPDATE )[A-Z“%].* .*[.?!…]", re.DOTALL)
Key = str | tuple[str, str]


def messages() -> dict[Key, list[str]]:
    """Every message of the source with the files that have it."""
    found: dict[Key, list[str]] = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            if not any(part in name for part in SILENT):
                for key in sorted(set(said(file.read_text(encoding="utf-8"))), key=str):
                    found.setdefault(key, []).append(name)
    plurals = {key[0] for key in found if isinstance(key, tuple)}
    return {key: files for key, files in found.items() if key not in plurals}


def said(source: str) -> Iterator[Key]:
    """The messages of one module."""
    yield from _said(ast.parse(source))


def _said(node: ast.AST) -> Iterator[Key]:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.JoinedStr():
            return
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in MARKS:
            given = node.args[: MARKS[name]]
            texts = [str(a.value) for a in given if isinstance(a, ast.Constant)]
            if len(texts) == 2:
                yield (texts[0], texts[1])
                return
            yield from texts
        case ast.Call(func=ast.Attribute(attr=name)) if name in LOGGING:
            return
        case ast.Constant(value=str(text)) if _SENTENCE.fullmatch(text):
            yield text
    for child in ast.iter_child_nodes(node):
        yield from _said(child)


def fresh(language: str) -> Catalog:
    """The catalogue as it ought to be: the source's messages with the translations there are."""
    before = load(language)
    catalog = Catalog(
        locale=language, domain=words.DOMAIN, project="Tillwright", fuzzy=False,
        header_comment=f"# Tillwright in {language}; scripts/words.py keeps it complete.",
        charset="utf-8", creation_date=before.creation_date, revision_date=before.creation_date,
    )  # fmt: skip
    for key, files in sorted(messages().items(), key=lambda item: (item[1], str(item[0]))):
        known = before.get(key[0] if isinstance(key, tuple) else key)
        fits = known is not None and isinstance(known.id, tuple) == isinstance(key, tuple)
        catalog.add(key, known.string if known and fits else None, [(f, 0) for f in files])
    return catalog


def load(language: str) -> Catalog:
    """The catalogue of a language as it is; an empty one when there is none."""
    file = words.file_of(language)
    return load_file(file, language) if file.exists() else Catalog(locale=language)


def load_file(file: Path, language: str) -> Catalog:
    """A catalogue from any file."""
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def written(catalog: Catalog) -> bytes:
    """A catalogue as its file."""
    text = BytesIO()
    write_po(text, catalog, width=100, sort_output=False, include_lineno=False)
    lines = text.getvalue().decode().splitlines(keepends=True)
    # Dates and versions would make every run a change.
    return "".join(line for line in lines if not line.startswith(DULL)).encode()


def missing(catalog: Catalog) -> list[Message]:
    """Messages without a translation, or with a form of it missing."""
    return [m for m in catalog if m.id and not _full(m)]


def _full(message: Message) -> bool:
    text = message.string
    return all(text) if isinstance(text, (tuple, list)) else bool(text)


def fill(catalog: Catalog, texts: dict[str, str | list[str]]) -> list[str]:
    """Put translations in by message; what no message has is returned."""
    for key, text in texts.items():
        message = catalog.get(key)
        if message is not None and text:
            message.string = tuple(text) if isinstance(text, list) else text
    return [key for key in texts if catalog.get(key) is None]


def main() -> int:
    """Write, check, list or fill; 1 when something is to be done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing, only look")
    parser.add_argument("--missing", metavar="LANGUAGE", help="list what is not translated")
    parser.add_argument("--fill", nargs=2, metavar=("LANGUAGE", "FILE"), help="put JSON in")
    given = parser.parse_args()
    if given.missing:
        catalog = fresh(given.missing)
        forms = [""] * catalog.num_plurals
        empty = {_key(m): forms if isinstance(m.id, tuple) else "" for m in missing(catalog)}
        print(json.dumps(empty, ensure_ascii=False, indent=1))
        return 1 if empty else 0
    languages = [given.fill[0]] if given.fill else list(words.languages()[1:])
    return max((_keep(each, given) for each in languages), default=0)


def _key(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def _keep(language: str, given: argparse.Namespace) -> int:
    catalog = fresh(language)
    if given.fill:
        texts = json.loads(Path(given.fill[1]).read_text(encoding="utf-8"))
        for key in fill(catalog, texts):
            print(f"{language}: there is no message {json.dumps(key, ensure_ascii=False)}.")
    file = words.file_of(language)
    if not given.check:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(written(catalog))
    stale = not file.exists() or file.read_bytes() != written(catalog)
    if stale:
        print(f"{file.name} of {language} is not the source's; run make words.")
    if left := len(missing(catalog)):
        print(f"{language}: {left} messages have no translation; list them with --missing.")
    return 1 if stale or left else 0


if __name__ == "__main__":
    sys.exit(main())
