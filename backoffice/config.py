"""Which database a head office works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from retail.errors import RetailError


@dataclass(frozen=True, slots=True)
class Smtp:
    """The server that takes e-mail.

    Attributes:
        sender: the address that receipts come from.
        tls: ``starttls``, ``tls`` from the first byte on, or ``none``.
        user: empty where the server asks for none.
    """

    host: str
    sender: str
    port: int = 587
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.tls not in {"starttls", "tls", "none"}:
            raise ValueError("TLS of the mail server is starttls, tls or none.")


def smtp_from(words: Mapping[str, str]) -> Smtp | None:
    """The mail server that ``TILLWRIGHT_SMTP_*`` of the environment tell; None without a host.

    Raises:
        RetailError: ``mail.settings`` for what no server can be reached by.
    """
    host = words.get("TILLWRIGHT_SMTP_HOST", "")
    if not host:
        return None
    try:
        return Smtp(
            host=host,
            sender=words["TILLWRIGHT_SMTP_FROM"],
            port=int(words.get("TILLWRIGHT_SMTP_PORT", "587")),
            tls=words.get("TILLWRIGHT_SMTP_TLS", "starttls"),
            user=words.get("TILLWRIGHT_SMTP_USER", ""),
            password=words.get("TILLWRIGHT_SMTP_PASSWORD", ""),
        )
    except (KeyError, ValueError) as problem:
        raise RetailError(
            "mail.settings",
            "The mail server's settings cannot be used: %(why)s. Nothing is served.",
            why=problem,
        ) from problem


@dataclass(frozen=True, slots=True)
class Config:
    """Either a data folder, whose embedded PostgreSQL is used, or a PostgreSQL URL.

    Attributes:
        data: the data folder; also where a running server leaves its address.
        url: a database elsewhere, such as ``postgresql://user@host/name``.
        metrics_token: who asks for ``/metrics`` must bear it; empty, only this machine may ask.
        identity: the file that tells who this head office is; beside the data by default.
        smtp: where receipts are sent through; without it they wait.
    """

    data: Path | None = None
    url: str = ""
    metrics_token: str = field(default="", repr=False)
    identity: Path | None = None
    smtp: Smtp | None = None

    def __post_init__(self) -> None:
        if (self.data is None) == (not self.url):
            raise ValueError("Give either a data folder or a database URL.")

    @property
    def identity_file(self) -> Path | None:
        """Where the identity is kept; None for a database URL without one."""
        if self.identity is None and self.data is not None:
            return self.data / "identity.json"
        return self.identity
