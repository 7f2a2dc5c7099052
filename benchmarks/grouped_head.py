"""A head office of which it can be said how many pushes may share a transaction."""

from __future__ import annotations

import argparse

from backoffice.config import Config
from backoffice.intake import group
from backoffice.serving import Address, serve


def main() -> None:
    """Serve until SIGTERM; the first line of output is the address."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", required=True)
    parser.add_argument("--most-pushes", type=int, required=True)
    words = parser.parse_args()
    group.MOST_PUSHES = words.most_pushes
    serve(Config(url=words.db), Address("127.0.0.1", 0), lambda url: print(url, flush=True))


if __name__ == "__main__":
    main()
