"""Logging of the till: a rotating file, and nothing personal or secret in it."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

_SECRETS = (
    # Card numbers (13 to 19 digits that are no GTIN are rare enough to lose from a log).
    (re.compile(r"\b\d{15,19}\b"), "[number]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "[e-mail]"),
    (re.compile(r"\+\d[\d ]{7,}\d"), "[phone]"),
    (re.compile(r"(?i)(pin|secret|password|token|signature)(\W+)\S+"), r"\1\2[hidden]"),
)


class Redaction(logging.Filter):
    """Takes card numbers, e-mail addresses, phone numbers and secrets out of every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; always keep it."""
        text = record.getMessage()
        for pattern, instead in _SECRETS:
            text = pattern.sub(instead, text)
        record.msg, record.args = text, None
        return True


def configure(folder: Path) -> RotatingFileHandler:
    """Log to ``folder``; the caller closes the handler at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "till.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8", delay=True
    )
    handler.addFilter(Redaction())
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s")
    )
    root = logging.getLogger("tillwright")
    root.setLevel(logging.INFO)
    # A till's log is its file; what a library prints to the terminal is not ours.
    root.propagate = False
    root.addHandler(handler)
    return handler


def release(handler: RotatingFileHandler) -> None:
    """Close what :func:`configure` opened."""
    root = logging.getLogger("tillwright")
    root.removeHandler(handler)
    root.propagate = True
    handler.close()
