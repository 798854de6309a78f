"""Workers that die: how many may, and what is said when there are more."""

from __future__ import annotations

from matcher.errors import EngineFailure

MOST_LOSSES = 10  # during one map, before it is given up


def given_up(num_remaining: int) -> EngineFailure:
    """Return what is raised where a map is given up with so many pieces of work undone."""
    return EngineFailure(
        f"{MOST_LOSSES} worker processes died before {num_remaining} pieces of the work were done. Give the workers "
        "more memory, or use fewer of them."
    )
