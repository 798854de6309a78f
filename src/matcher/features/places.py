"""Places by position, and the distances between those where people live and those where something happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.columns import IndexArray
from matcher.features.arrays import FloatArray, positions
from matcher.problem import Municipality, distance_km


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Municipalities that the problem names; the last position stands for a place that is not known.

    Parameters
    ----------
    position : dict of str to int
    km : float64 (P + 1, P + 1)
        From home (row) to elsewhere (column), rounded to 0.1 km; 0 where either is not known.
    """

    position: dict[str, int]
    km: FloatArray

    def indices(self, codes: Iterable[str | None]) -> IndexArray:
        """Return the position of each code; int32."""
        unknown = len(self.position)
        known = self.position
        return np.array([unknown if code is None else known[code] for code in codes], np.int32)


def places_between(
    homes: Iterable[str | None], elsewhere: Iterable[str | None], municipalities: Iterable[Municipality]
) -> Places:
    """Return the places and the distances from every home to every other place.

    One call of `distance_km` per pair of codes, so that every reader of the rules gets the same tenth of a km.
    """
    home_codes, other_codes = set(homes) - {None}, set(elsewhere) - {None}
    position = positions(sorted(code for code in home_codes | other_codes if code is not None))
    located = {place.municipality: place for place in municipalities}
    km = np.zeros((len(position) + 1, len(position) + 1))
    for home in home_codes & located.keys():
        for other in other_codes & located.keys():
            if home is not None and other is not None:
                km[position[home], position[other]] = distance_km(located[home], located[other])
    return Places(position=position, km=km)
