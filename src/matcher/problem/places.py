"""Places: municipalities and the distance between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matcher.problem.rules_of_fields import Checks

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A municipality and where its main town lies.

    Parameters
    ----------
    municipality : str
        Code, for example ``"1480"`` for Göteborg.
    latitude, longitude : float
        Degrees, WGS 84.
    """

    municipality: str
    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this municipality."""
        checks = Checks("municipalities", self.municipality)
        checks.identifier("municipality", self.municipality)
        checks.in_range("latitude", self.latitude, -90, 90)
        checks.in_range("longitude", self.longitude, -180, 180)
        checks.raise_if_any()


def distance_km(a: Municipality, b: Municipality) -> float:
    """Return the great-circle distance between two municipalities' main towns, in km.

    Rounded to 0.1 km so that every reader of the rules gets the same number.
    """
    if a.municipality == b.municipality:
        return 0.0
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_dlat = (lat_b - lat_a) / 2
    half_dlon = math.radians(b.longitude - a.longitude) / 2
    h = math.sin(half_dlat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_dlon) ** 2
    return round(2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, h))), 1)
