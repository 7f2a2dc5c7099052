"""The documents name what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.rules import ROOT

DOCUMENTS = [ROOT / "CONTRIBUTING.md", ROOT / "LICENSE.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAMS = ("backoffice", "pos_app", "hardware", "retail")


def _commands_of(program: str) -> list[str]:
    """The commands that a program's own help lists."""
    said = subprocess.run(
        [sys.executable, "-m", program, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.findall(r"^ {4}([a-z][a-z-]+)(?:\s|$)", said, flags=re.MULTILINE)
    assert found
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [x for x in links if "://" not in x and not (document.parent / x).exists()] == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_is_described(program: str) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = text.split(f"## python -m {program}\n", 1)[1].split("\n## ", 1)[0]
    assert [name for name in _commands_of(program) if f"`{name}" not in section] == []


def test_every_make_target_is_described() -> None:
    targets = re.findall(
        r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert len(targets) > 8
    assert [name for name in targets if f"`make {name}`" not in text] == []


def test_files_named_in_the_architecture_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:retail|db|hardware|pos_app|backoffice|tests|scripts)/[\w/.]*)`", text)
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_figure_is_what_its_script_draws(tmp_path: Path) -> None:
    drawn = tmp_path / "architecture.svg"
    code = (
        "import pathlib, sys, scripts.draw_architecture as d;"
        "pathlib.Path(sys.argv[1]).write_text(d.figure(), encoding='utf-8')"
    )
    subprocess.run([sys.executable, "-c", code, str(drawn)], cwd=ROOT, check=True)
    assert drawn.read_bytes() == (ROOT / "docs" / "figures" / "architecture.svg").read_bytes()


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {path.name for path in folder.glob("0*.md")}
    for path in folder.glob("0*.md"):
        text = path.read_text(encoding="utf-8")
        parts = ("**Context.**", "**Decision.**", "**Consequences.**", "**Rejected.**")
        assert all(part in text for part in parts), path.name


def test_each_complaint_has_tests_that_name_it() -> None:
    text = (ROOT / "docs" / "complaints.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \|.*\| (\[.*\)) \|$", text, flags=re.MULTILINE)
    assert [int(number) for number, _tests in rows] == [*range(1, 26)]
    for number, tests in rows:
        for name, path in re.findall(r"\[`(\w+)`\]\(\.\./([\w/.]+)\)", tests):
            source = (ROOT / path).read_text(encoding="utf-8")
            found = re.search(rf"def {name}\(.*?\"\"\"(.*?)\"\"\"", source, flags=re.DOTALL)
            assert found, (path, name)
            assert found[1].startswith(f"Complaint {number}: "), (path, name)
