"""One source of chance, and the values that it is drawn from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from matcher.problem import Municipality

T = TypeVar("T")

START = date(2026, 9, 1)
GROUPS = ("disabled", "foreign_born", "youth")
SKILLS = ("cooking", "forklift", "swedish", "welding")  # a course may presume only skills before its own, or less of it
OCCUPATIONS = ("5120", "5132", "7212", "8344")
BUYERS, SUPPLIERS = ("city", "region"), ("Alfa", "Beta")
MUNICIPALITIES = (
    Municipality(municipality="1480", latitude=57.7072, longitude=11.9668),
    Municipality(municipality="1481", latitude=57.6554, longitude=12.0138),
    Municipality(municipality="1490", latitude=57.7210, longitude=12.9401),
)
DISTANCES_KM = (0.0, 6.3, 6.4, 55.5, 57.7, 57.8, 100.0)  # the towns lie 6.4, 55.5 and 57.8 km apart


class Chance:
    """Draws single values.

    Parameters
    ----------
    chance : random.Random

    Attributes
    ----------
    has_dates : bool
        Whether contracts and vacancies have days on which they start.
    has_several : bool
        Whether people may have several placements.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.has_dates = True
        self.has_several = False

    def size(self, most: int) -> int:
        """Return a number from 1, more often large than small."""
        return max(self.chance.randint(1, most), self.chance.randint(1, most)) if most else 0

    def is_rare(self, chance: float = 0.2) -> bool:
        return self.chance.random() < chance

    def near(self, day: date, days: int = 1) -> date:
        """Return a day at most so many days off."""
        return day + timedelta(days=self.chance.randint(-days, days))

    def some(self, values: Sequence[T], most: int) -> tuple[T, ...]:
        return tuple(self.chance.sample(list(values), self.chance.randint(0, min(most, len(values)))))

    def place(self) -> str | None:
        return None if self.is_rare() else self.chance.choice(MUNICIPALITIES).municipality
