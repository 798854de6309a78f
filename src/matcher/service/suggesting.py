"""Suggestions for every place, worked out before anybody asks: who, how, why, and what the plan would lose by it.

A plan never changes, so what is suggested for it is worked out once, in the background, the next start first, and kept
as the text that is sent. Who asks before that waits for the one place that was asked for.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from matcher.explain import explain_pair, fact_text
from matcher.explain.proofs import FirstLoss, Ranked, Ranking, cost_text
from matcher.explain.texts import route_text
from matcher.languages import LANGUAGES, Language, Phrases, phrases
from matcher.service.desk.desk import Desk
from matcher.service.desk.vacancies import MOST_LOOKED_AT, MOST_SUGGESTED, everybody_for, suggestion_of

BREATH_S = 0.002  # in which whoever waits for one place gets it before the next one is worked out
_LEVEL = 1

Texts = Mapping[Language, bytes]


class Suggestions:
    """The suggestions for every vacancy of one plan, worked out once each.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made: dict[str, Texts] = {}
        self._lock = threading.Lock()

    @property
    def num_made(self) -> int:
        """Return for how many vacancies they are at hand."""
        return len(self._made)

    def text(self, vacancy_id: str, language: Language) -> str:
        """Return the suggestions for a vacancy as JSON; raises `InvalidInput` where the problem has no such vacancy."""
        self._desk.reading.place(vacancy_id)
        return zlib.decompress(self._of(vacancy_id)[language]).decode()

    def text_for(self, vacancy_id: str, language: Language, sees: Callable[[str | None], bool]) -> str:
        """Return the suggestions among people whom somebody may see; raises `InvalidInput` as `text` does.

        They are worked out anew: neither ranks nor numbers may tell of anybody else.
        """
        ranking = everybody_for(self._desk, vacancy_id, sees)
        document = _document(self._desk, ranking, vacancy_id, phrases(language))
        return json.dumps(document, ensure_ascii=False)

    def prepare(self, is_ended: Callable[[], bool]) -> None:
        """Work out those that nobody has asked for yet, the next start first.

        Parameters
        ----------
        is_ended : callable
            Tells that nobody needs them any more.
        """
        places = self._desk.reading.places
        for vacancy_id in sorted(places, key=lambda one: (places[one].terms.start_date or date.max, one)):
            if is_ended():
                return
            self._of(vacancy_id)
            time.sleep(BREATH_S)

    def _of(self, vacancy_id: str) -> Texts:
        if vacancy_id not in self._made:
            with self._lock:
                if vacancy_id not in self._made:
                    self._made[vacancy_id] = _made(self._desk, vacancy_id)
        return self._made[vacancy_id]


class Preparing:
    """Prepares the suggestions of the plan that people work by, one plan at a time, in a thread of its own."""

    def __init__(self) -> None:
        self._present: Suggestions | None = None
        self._lock = threading.Lock()

    def of(self, desk: Desk) -> Suggestions:
        """Return the suggestions of a desk, which are being prepared; those of an earlier one no longer are."""
        mine = desk.kept("suggestions", lambda: Suggestions(desk))
        with self._lock:
            if mine is not self._present:
                self._present = mine
                thread = threading.Thread(
                    target=mine.prepare, args=(lambda: self._present is not mine,), name="suggestions", daemon=True
                )
                thread.start()
        return mine

    @property
    def num_made(self) -> int:
        """Return for how many vacancies suggestions are at hand."""
        return 0 if self._present is None else self._present.num_made

    def end(self) -> None:
        """Prepare nothing more."""
        self._present = None


def _made(desk: Desk, vacancy_id: str) -> Texts:
    ranking = desk.ranker.ranking(vacancy_id, solve_again=0, most_people=MOST_LOOKED_AT)
    made = {}
    for language in LANGUAGES:
        document = _document(desk, ranking, vacancy_id, phrases(language))
        made[language] = zlib.compress(json.dumps(document, ensure_ascii=False).encode(), _LEVEL)
    return made


def _document(desk: Desk, ranking: Ranking, vacancy_id: str, say: Phrases) -> dict[str, Any]:
    shown = ranking.entries[:MOST_SUGGESTED]
    return {
        "vacancy_id": vacancy_id,
        "plan_id": desk.plan_id,
        "open": ranking.open,
        "further": len(ranking.entries) - len(shown) + ranking.num_left_out,
        "suggestions": [_suggestion(desk, vacancy_id, place + 1, one, say) for place, one in enumerate(shown)],
    }


def _suggestion(desk: Desk, vacancy_id: str, rank: int, ranked: Ranked, say: Phrases) -> dict[str, Any]:
    route = suggestion_of(desk, vacancy_id, ranked).route
    pair = explain_pair(desk.reading, str(ranked.candidate_id), vacancy_id, ranked.cohort_ids)
    return {
        "rank": rank,
        "candidate_id": ranked.candidate_id,
        "cohort_ids": list(ranked.cohort_ids),
        "start_date": None if route.start_date is None else route.start_date.isoformat(),
        "placed_at": list(ranked.placed_at),
        "displaced": list(ranked.displaced),
        "cost": cost_values(ranked, say),
        "route": route_text(route, say),
        "facts": [{"rule": fact.rule, "holds": fact.holds, "text": fact_text(fact, say)} for fact in pair.facts],
    }


def cost_values(ranked: Ranked, say: Phrases) -> dict[str, Any]:
    """Return what the plan loses where somebody has a place, as JSON values, and in words."""
    return {
        "least": _loss(ranked.least),
        "most": None if ranked.most is None else _loss(ranked.most),
        "is_exact": ranked.is_exact,
        "text": cost_text(ranked, say),
    }


def _loss(loss: FirstLoss) -> dict[str, Any]:
    return {"aim": loss.aim, "amount": str(loss.amount)}
