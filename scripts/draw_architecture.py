"""Draw ``docs/figures/architecture.svg``: how one sale travels from the scanner to the ledger."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

TARGET = Path(__file__).resolve().parent.parent / "docs" / "figures" / "architecture.svg"
WIDTH, HEIGHT = 1280, 694
STYLE = """
  svg { --ground: #ffffff; --panel: #f4f6f9; --card: #ffffff; --edge: #c9d1dc; --ink: #17202c;
        --soft: #5b6878; --accent: #0b6e6e; --store: #e6f2f1; --on: #ffffff; }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #10151c; --panel: #171e28; --card: #202a36; --edge: #3a4757; --ink: #e8edf3;
          --soft: #9aa8b8; --accent: #4fc3bd; --store: #17302f; --on: #08201f; } }
  text { font-family: Inter, system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
  .ground { fill: var(--ground); }
  .panel { fill: var(--panel); stroke: var(--edge); }
  .card { fill: var(--card); stroke: var(--edge); }
  .store { fill: var(--store); stroke: var(--accent); }
  .title { font-size: 17px; font-weight: 650; }
  .name { font-size: 14px; font-weight: 600; }
  .note { font-size: 11.5px; fill: var(--soft); }
  .thread { font-size: 10.5px; fill: var(--accent); font-weight: 600; letter-spacing: .3px; }
  .label { font-size: 11.5px; fill: var(--soft); }
  .way { stroke: var(--accent); stroke-width: 1.8; fill: none; marker-end: url(#head); }
  .read { stroke: var(--soft); stroke-width: 1.3; fill: none; stroke-dasharray: 4 4;
          marker-end: url(#soft); }
  .dot { fill: var(--accent); }
  .digit { font-size: 11px; font-weight: 700; fill: var(--on); text-anchor: middle; }
"""
MARKER = (
    '<marker id="{id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path d="M0 1 L9 5 L0 9 z" style="fill:var(--{ink})"/></marker>'
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with a name, what runs it, and lines of notes."""

    x: int
    y: int
    width: int
    height: int
    name: str
    thread: str = ""
    notes: tuple[str, ...] = ()
    look: str = "card"

    def draw(self) -> str:
        """The box as SVG."""
        place = f'x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}"'
        parts = [
            f'<rect {place} rx="8" class="{self.look}"/>',
            text(self.x + 14, self.y + 24, self.name, "name"),
        ]
        at = self.y + 43
        if self.thread:
            parts.append(text(self.x + 14, at, self.thread, "thread"))
            at += 18
        for note in self.notes:
            parts.append(text(self.x + 14, at, note, "note"))
            at += 16
        return "\n".join(parts)


def text(x: float, y: float, words: str, look: str) -> str:
    """Words on a base line."""
    return f'<text x="{x}" y="{y}" class="{look}">{escape(words)}</text>'


def way(path: str, look: str = "way") -> str:
    """An arrow along a path."""
    return f'<path d="{path}" class="{look}"/>'


def step(number: int, x: int, y: int) -> str:
    """A number of the walk."""
    return f'<circle cx="{x}" cy="{y}" r="9" class="dot"/>' + text(x, y + 4, str(number), "digit")


PANELS = (
    (24, 24, 796, 496, "Till", "pos_app, hardware"),
    (864, 24, 392, 496, "Head office", "backoffice"),
)
BOXES = (
    Box(48, 80, 196, 84, "Scanner", "THREAD OF ITS PORT", ("bytes become a code",)),
    Box(318, 80, 226, 84, "Screens and presenters", "UI THREAD", ("no SQL, no network, no port",)),
    Box(48, 206, 196, 84, "Printer and drawer", "THREAD OF THEIR PORT", ("outcome of every job",)),
    Box(318, 206, 226, 84, "Use case", "WRITER THREAD", ("price, settle, number, book",)),
    Box(616, 206, 180, 84, "Search and reports", "TWO READER THREADS", ("read-only connections",)),
    Box(48, 356, 196, 84, "Print spool", "SPOOL THREAD", ("one job at a time",)),
    Box(
        318,
        356,
        226,
        136,
        "SQLite, one commit",
        "WAL, SYNCHRONOUS=FULL",
        (
            "sale, lines, taxes, tenders",
            "stock movements, cash",
            "journal entry with its hash",
            "print job",
        ),
        "store",
    ),
    Box(616, 356, 180, 84, "Sync engine", "SYNC THREAD", ("the journal is the outbox",)),
    Box(888, 80, 344, 84, "Web pages and JSON API", "",
        ("sales, receipts with their proof,", "ledger, products, fleet of tills")),
    Box(888, 206, 152, 102, "Wiring", "",
        ("sales, stock, ledger:", "one transaction", "per batch")),
    Box(1080, 206, 152, 84, "Applier", "ITS OWN THREAD", ("one per store",)),
    Box(888, 356, 152, 84, "Intake", "", ("checks the chain,", "acknowledges")),
    Box(1080, 356, 152, 136, "PostgreSQL", "",
        ("journals by rid,", "sales, stock,", "general ledger,", "down-streams"), "store"),
)  # fmt: skip
_DB = "every table of both sides, engines, the only begin and commit, migrations, embedded server"
_RETAIL = (
    "pure rules, the same on both sides: money, tax, basket, tender, receipt, stock movements, "
    "ledger entries, journal chain, sync contract"
)
BANDS = (
    Box(24, 540, 1232, 58, "db", "", (_DB,)),
    Box(24, 612, 1232, 58, "retail", "", (_RETAIL,)),
)
WAYS = (
    way("M244 122 H316"),
    way("M431 164 V204"),
    way("M431 290 V354"),
    way("M318 398 H246"),
    way("M146 356 V292"),
    way("M544 398 H614"),
    way("M796 384 H886"),
    way("M886 420 H798", "read"),
    way("M1040 398 H1078"),
    way("M1156 356 V292"),
    way("M1080 250 H1042"),
    way("M964 308 V332 H1110 V354"),
    way("M1180 356 V330 H1250 V122 H1234", "read"),
    way("M544 440 H580 V250 H614", "read"),
    way("M706 206 V122 H546", "read"),
)
STEPS = (
    step(1, 276, 122),
    step(2, 431, 184),
    step(3, 431, 322),
    step(4, 282, 398),
    step(5, 146, 324),
    step(6, 568, 398),
    step(7, 842, 384),
    step(8, 1060, 378),
    step(9, 1156, 324),
    step(10, 1060, 230),
    step(11, 1010, 332),
)
LABELS = (
    text(258, 106, "bridge", "label"),
    text(829, 366, "push", "label"),
    text(616, 464, "catalogue, prices and staff", "label"),
    text(616, 480, "come down on its own", "label"),
)


def figure() -> str:
    """The whole figure."""
    panels = [
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="14" class="panel"/>'
        + text(x + 24, y + 36, title, "title")
        + text(x + 24 + 11 * len(title) + 6, y + 36, folders, "note")
        for x, y, w, h, title, folders in PANELS
    ]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-label="How one sale travels from the scanner to the ledger">'
    )
    markers = MARKER.format(id="head", ink="accent") + MARKER.format(id="soft", ink="soft")
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" rx="18" class="ground"/>'
    drawn = [box.draw() for box in (*BOXES, *BANDS)]
    parts = (opening, f"<style>{STYLE}</style>", f"<defs>{markers}</defs>", ground)
    return "\n".join([*parts, *panels, *drawn, *WAYS, *STEPS, *LABELS, "</svg>\n"])


def main() -> int:
    """Write the figure."""
    TARGET.write_text(figure(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
