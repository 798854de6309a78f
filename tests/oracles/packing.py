"""The best that a case with prices of candidates leaves to any plan, by trying every set of columns that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tests.oracles.columns import ColumnKey

Value = Mapping[ColumnKey, int]


def packed_worth(
    values: Value,
    places: Mapping[str, int],
    resource_of: Mapping[ColumnKey, tuple[str, int]],
    limits: Mapping[str, int],
    columns: Mapping[ColumnKey, bool],
) -> int | None:
    """Return the greatest sum of values; ``None`` where what is taken does not fit.

    Parameters
    ----------
    values : mapping of column key to int
        Of the columns in play, what their candidates pay taken off.
    places : mapping of candidate id to int
    resource_of : mapping of column key to (resource id, use)
        Of those that use one.
    limits : mapping of resource id to int
    columns : mapping of column key to bool
        Fixed in or out.
    """
    taken = [key for key, is_taken in columns.items() if is_taken]
    left = Counter(dict(places))
    left.subtract(key[0] for key in taken)
    offered = [key for key in values if key not in columns and left[key[0]] > 0]
    total = sum(values[key] for key in taken)
    for candidate_id, count in left.items():
        free = [values[key] for key in offered if key[0] == candidate_id and key not in resource_of]
        total += sum(sorted((value for value in free if value > 0), reverse=True)[:count])
    for resource_id, limit in limits.items():
        room = limit - sum(resource_of[key][1] for key in taken if resource_of.get(key, ("", 0))[0] == resource_id)
        if room < 0:
            return None
        own = [key for key in offered if resource_of.get(key, ("", 0))[0] == resource_id and values[key] > 0]
        total += _best(own, values, {key: resource_of[key][1] for key in own}, room, places, frozenset())
    return total


def _best(
    own: list[ColumnKey],
    values: Value,
    use: Mapping[ColumnKey, int],
    room: int,
    places: Mapping[str, int],
    placed: frozenset[str],
) -> int:
    """Return the best set that fits; of a candidate with one placement, at most one column."""
    if not own:
        return 0
    first, rest = own[0], own[1:]
    best = _best(rest, values, use, room, places, placed)
    if use[first] <= room and not (places[first[0]] == 1 and first[0] in placed):
        with_it = _best(rest, values, use, room - use[first], places, placed | {first[0]})
        best = max(best, values[first] + with_it)
    return best
