"""Why somebody is not placed, or a position not filled: only reasons that are borne out by solving again.

The closed list: nobody can be placed there and which rules exclude (told by the rules alone); a decision; no seat in
time, a cohort that does not run, a budget, a resource, the policy's trainings, a quota (each with the smallest change
that lifts it); competed out, by whom and at what value; the draw between equal plans. What does not survive when that
one thing is changed is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from matcher.explain.candidate import count_rules, taken_route
from matcher.explain.crowd import Crowd
from matcher.explain.effects import PlanReading
from matcher.explain.facts import RULES, PairExplanation, Rule
from matcher.explain.pair import explain_pair
from matcher.explain.proofs.again import Again, TimeIsUp
from matcher.explain.proofs.competition import cheapest_person, cheapest_place
from matcher.explain.proofs.levers import capacity_levers, position_levers
from matcher.explain.proofs.openings import opening_levers
from matcher.explain.proofs.ranking import Ranker
from matcher.explain.proofs.regret import NextPlace
from matcher.explain.proofs.smallest import Granted, Lever, smallest
from matcher.explain.proofs.ways import ways_of_candidate, ways_to_places
from matcher.explain.proofs.why_not import ORDER, SCARCE, Code, Competition, Counterfactual, WhyNot
from matcher.explain.proofs.wishes import Filled, Placed, Wish
from matcher.explain.reading import Reading, named
from matcher.problem.changes import applied_in_order

NEAREST = 3  # pairs that are not eligible, whose obstacles are tried one by one
PLACES = 5  # places with room for one more that are tried
LOOKED_AT = 40  # people who are not eligible for a place, of whom the nearest are taken
OF_A_PLACE = ("not_required", "later_start", "earlier_cohort", "decision_taken_back")  # not what a person would need


class Prover:
    """Proves reasons about one plan.

    Parameters
    ----------
    again : Again
    plan : PlanReading
        Of the same plan.
    """

    def __init__(self, again: Again, plan: PlanReading) -> None:
        self._again, self._plan = again, plan
        self._ranker: Ranker | None = None

    @property
    def ranker(self) -> Ranker:
        """Return who ranks people for a place of this plan."""
        if self._ranker is None:
            self._ranker = Ranker(self._again)
        return self._ranker

    def why_not_placed(self, candidate_id: str) -> WhyNot | None:
        """Return why a candidate is not placed; ``None`` where the candidate is."""
        wish = Placed(candidate_id=candidate_id)
        self._plan.reading.person(candidate_id)
        if wish.is_granted(self._again.plan):
            return None
        reading = self._plan.reading
        pairs = [explain_pair(reading, candidate_id, name) for name in sorted(reading.places)]
        own = [pair for pair in pairs if pair.eligibility != "none"]
        nearest = sorted((pair for pair in pairs if pair.failures), key=lambda pair: len(pair.failures))
        levers = [
            *capacity_levers(self._plan, ways_of_candidate(self._again.columns, reading, candidate_id)),
            *position_levers(self._plan, [reading.place(pair.vacancy.vacancy_id) for pair in own[:PLACES]]),
            *self._openings([*own[:NEAREST], *nearest[:NEAREST]]),
        ]
        start = WhyNot(
            candidate_id=candidate_id,
            vacancy_id=None,
            code="unproven" if own else "no_eligible",
            excluded=() if own else count_rules(pair.failures[0].rule for pair in pairs if pair.failures),
        )
        return self._told(start, wish, levers, lambda: cheapest_place(self.ranker, self._plan, candidate_id, own))

    def why_not_filled(self, vacancy_id: str) -> WhyNot | None:
        """Return why positions of a vacancy stay open; ``None`` where none does."""
        place = self._plan.reading.place(vacancy_id)
        if self._plan.open_positions(place) == 0:
            return None
        if not place.terms.is_open:
            return WhyNot(candidate_id=None, vacancy_id=vacancy_id, code="closed")
        here = {row.candidate_id for row in self._plan.of_vacancy.get(vacancy_id, ())}
        ways = [
            way
            for way in ways_to_places(self._again.columns, self._plan.reading, {vacancy_id})
            if way.person.candidate.candidate_id not in here
        ]
        failures = [
            (person.candidate.candidate_id, rule)
            for person, rule in Crowd(self._plan.reading).first_failures(place)
            if rule is not None
        ]
        levers = [*capacity_levers(self._plan, ways), *self._openings_of_place(vacancy_id, failures)]
        start = WhyNot(
            candidate_id=None,
            vacancy_id=vacancy_id,
            code="unproven" if ways else "no_eligible",
            excluded=() if ways else count_rules(rule for _, rule in failures),
        )
        wish = Filled(vacancy_id=vacancy_id, now=len(self._plan.of_vacancy.get(vacancy_id, ())))
        return self._told(start, wish, levers, lambda: cheapest_person(self.ranker, self._plan, vacancy_id))

    def why_open(self) -> tuple[WhyNot, ...]:
        """Return why each open position stays open, as many as time allows: the last may be cut short."""
        found: list[WhyNot] = []
        for entry in self._again.plan.unfilled:
            reason = self.why_not_filled(entry.vacancy_id)
            if reason is not None:
                found.append(reason)
            if reason is not None and reason.is_interrupted:
                break
        return tuple(found)

    def _told(
        self, start: WhyNot, wish: Wish, levers: Sequence[Lever], compete: Callable[[], Competition | None]
    ) -> WhyNot:
        """Return what is left of a reason when everything has been solved again that could bear it out."""
        found: list[Granted] = []
        competition, is_interrupted = None, False
        try:
            if self._is_drawn(wish):
                return replace(start, code="draw")
            competition = compete() if start.code == "unproven" else None
            for lever in levers:
                granted = None if _is_larger(lever, found) else smallest(self._again, wish, lever)
                if granted is not None and granted.condition.changes not in [one.condition.changes for one in found]:
                    found.append(granted)
        except TimeIsUp:
            is_interrupted = True
        found.sort(key=lambda granted: ORDER.index(granted.code))
        return replace(
            start,
            code=_code(start.code, competition, found),
            competition=competition,
            counterfactuals=tuple(self._counterfactual(wish, granted) for granted in found),
            is_interrupted=is_interrupted,
        )

    def _is_drawn(self, wish: Wish) -> bool:
        """Tell whether the same problem, unchanged, grants a wish when it is solved again: then the draw was open."""
        if all(tier.value == tier.bound for tier in self._again.plan.tiers):
            return False
        same = self._again.unchanged()
        return same is not None and wish.is_granted(same)

    def _counterfactual(self, wish: Wish, granted: Granted) -> Counterfactual:
        if isinstance(wish, Filled):
            filled = sum(row.vacancy_id == wish.vacancy_id for row in granted.plan.assignments) - wish.now
            return Counterfactual(code=granted.code, condition=granted.condition, filled=filled)
        changed = Reading(applied_in_order(self._again.problem, granted.condition.changes))
        then = PlanReading(changed, granted.plan)
        own = then.of_candidate.get(wish.candidate_id, ()) if isinstance(wish, Placed) else ()
        places = tuple(
            NextPlace(vacancy=named(changed.place(row.vacancy_id)), route=taken_route(then, row)) for row in own
        )
        return Counterfactual(code=granted.code, condition=granted.condition, places=places)

    def _openings(self, pairs: Iterable[PairExplanation]) -> Iterator[Lever]:
        for pair in pairs:
            yield from opening_levers(self._plan, pair)

    def _openings_of_place(self, vacancy_id: str, failures: Sequence[tuple[str, Rule]]) -> Iterator[Lever]:
        """Yield what the place, a cohort or a decision could change, by those who come nearest to it."""
        late_rules_first = sorted(failures, key=lambda entry: -RULES.index(entry[1]))[:LOOKED_AT]
        pairs = [explain_pair(self._plan.reading, candidate_id, vacancy_id) for candidate_id, _ in late_rules_first]
        pairs.sort(key=lambda pair: len(pair.failures))
        for lever in self._openings(pairs[:NEAREST]):
            if lever.at(lever.sizes[0]).kind in OF_A_PLACE:
                yield lever


def _code(given: Code, competition: Competition | None, found: Sequence[Granted]) -> Code:
    """Return the first of the closed list that is borne out."""
    codes = [granted.code for granted in found]
    if given == "no_eligible":
        return "decision" if codes and codes[0] == "decision" else "no_eligible"
    for code in SCARCE:
        if code in codes:
            return code
    if competition is not None and competition.most.aim is None:
        return "draw"
    return "competed_out" if competition is not None and competition.least.aim is not None else "unproven"


def _is_larger(lever: Lever, found: Iterable[Granted]) -> bool:
    """Tell whether a lever makes all the changes that have been found to suffice, and more."""
    if lever.code != "skill":
        return False
    changes = set(lever.at(lever.sizes[0]).changes)
    return any(set(granted.condition.changes) < changes for granted in found if granted.code == "skill")
