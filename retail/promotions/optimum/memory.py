"""What was solved before."""

from __future__ import annotations


class Memory:
    """What was solved before, by content; the oldest go first when there is too much."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._kept: dict[object, object] = {}

    def recall(self, key: object) -> object | None:
        """What was kept under a key."""
        return self._kept.get(key)

    def keep(self, key: object, value: object) -> None:
        """Keep a value."""
        if len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = value

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()
