"""Parts of a basket that no offer connects: each is solved apart."""

from __future__ import annotations

from collections.abc import Sequence


def connected(groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Which groups hang together through common members; places of groups, ascending.

    The parts come in the order of their first group.
    """
    parent = list(range(len(groups)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    owner: dict[int, int] = {}
    for place, members in enumerate(groups):
        for member in members:
            first = owner.setdefault(member, place)
            left, right = sorted((root(first), root(place)))
            parent[right] = left
    parts: dict[int, list[int]] = {}
    for place in range(len(groups)):
        parts.setdefault(root(place), []).append(place)
    return list(parts.values())
