"""One candidate and one vacancy: every rule of docs/model.md section 2, met or failed, with its values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from matcher.explain import rules
from matcher.explain.facts import Eligibility, Fact, PairExplanation, Route, Rule, Value, failed, met
from matcher.explain.obstacles import offers
from matcher.explain.reading import Person, Place, Reading, named
from matcher.explain.routes import Chain, RouteSearch
from matcher.problem import RequiredSkill, SkillLevel


def explain_pair(
    reading: Reading,
    candidate_id: str,
    vacancy_id: str,
    cohort_ids: tuple[str, ...] | None = None,
    *,
    has_offers: bool = True,
) -> PairExplanation:
    """Return every rule between a candidate and a vacancy.

    Parameters
    ----------
    reading : Reading
    candidate_id, vacancy_id : str
    cohort_ids : tuple of str, optional
        The route to speak of, where it is feasible; otherwise the one with the earliest start.
    has_offers : bool
        Whether a missing skill comes with the cohorts that would grant it, which take most of the time to find.

    Raises
    ------
    InvalidInput
        Where the problem has no such candidate or vacancy.
    """
    person, place = reading.person(candidate_id), reading.place(vacancy_id)
    judged = JudgedPair(reading, person, place, preferred=cohort_ids, has_offers=has_offers)
    return PairExplanation(
        candidate_id=candidate_id,
        vacancy=named(judged.place),
        eligibility=judged.eligibility,
        facts=judged.facts,
        routes=tuple(judged.routes()),
    )


def first_failure(reading: Reading, person: Person, place: Place) -> Rule | None:
    """Return the first rule that fails, or ``None`` where the pair is eligible."""
    return JudgedPair(reading, person, place).first_failure()


class JudgedPair:
    """The rules between one candidate and one vacancy, each read when it is asked for.

    Parameters
    ----------
    reading : Reading
    person : Person
    place : Place
    preferred : tuple of str or None
        Cohorts of the route to speak of.
    has_offers : bool
        Whether a missing skill comes with the cohorts that would grant it.
    """

    def __init__(
        self,
        reading: Reading,
        person: Person,
        place: Place,
        preferred: tuple[str, ...] | None = None,
        has_offers: bool = True,
    ) -> None:
        self.reading = reading
        self.person = person
        self.place = place
        self._preferred = preferred
        self._has_offers = has_offers
        self._search = RouteSearch(reading, person, place)
        self._chains: list[Chain] | None = None

    @property
    def eligibility(self) -> Eligibility:
        """Return whether the pair is eligible directly, with training, or not."""
        if any(not fact.holds for fact in self.facts):
            return "none"
        return "direct" if self.is_direct else "training"

    @property
    def is_direct(self) -> bool:
        """Tell of a pair that is eligible whether it is so without training; no route is searched for that."""
        if self.reading.problem.is_ready_scored:
            return any(not pair.cohort_ids for pair in self.reading.pairs(self._candidate_id, self._vacancy_id))
        return self._search.needs_nothing()

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Return the rules in the order of `RULES`."""
        return tuple(self._facts())

    def _facts(self) -> Iterator[Fact]:
        yield from self._before_training()
        if self._first_day is not None:
            yield from self._skills(self._first_day)
        yield rules.decision(self.reading, self.person, self.place)

    @cached_property
    def failures_before_training(self) -> tuple[Rule, ...]:
        """Return the rules that fail before any skill or route is looked at: so many at least, and cheap to tell."""
        return tuple(fact.rule for fact in self._before_training() if not fact.holds)

    def first_failure(self) -> Rule | None:
        """Return the first rule that fails; the same as asking `facts`, without collecting what could help."""
        return self.failures_before_training[0] if self.failures_before_training else self.later_failure()

    def later_failure(self) -> Rule | None:
        """Return the first rule that fails about training, or the decision, where no earlier rule does."""
        failure = self._search.first_failure() if self._first_day is not None else None
        if failure is not None:
            return failure
        return None if rules.decision(self.reading, self.person, self.place).holds else "decision"

    def routes(self) -> Iterator[Route]:
        """Yield every feasible route, the earliest start first."""
        if all(fact.holds for fact in self.facts):
            yield from self.routes_of_eligible()

    def routes_of_eligible(self) -> Iterator[Route]:
        """Yield the routes of a pair of which is known that it is eligible."""
        chains = self._listed_chains() if self.reading.problem.is_ready_scored else self._minimal_routes()
        for chain in chains:
            yield self.route(chain)

    def route(self, chain: Chain) -> Route:
        """Return a chain as a route with its start day."""
        has_start = self.place.terms.start_date is not None
        return Route(
            steps=self.reading.steps(chain, self.person),
            start_date=self._search.start_day(chain) if has_start else None,
        )

    @property
    def _candidate_id(self) -> str:
        return self.person.candidate.candidate_id

    @property
    def _vacancy_id(self) -> str:
        return self.place.terms.vacancy.vacancy_id

    def _minimal_routes(self) -> list[Chain]:
        if self._chains is None:
            chains = self._search.minimal_routes()
            chains.sort(key=lambda chain: tuple(cohort.cohort_id for cohort in chain) != self._preferred)
            self._chains = chains
        return self._chains

    def _listed_chains(self) -> list[Chain]:
        pairs = self.reading.pairs(self._candidate_id, self._vacancy_id)
        return [tuple(self.reading.cohorts[cohort_id] for cohort_id in pair.cohort_ids) for pair in pairs]

    @property
    def _first_day(self) -> date | None:
        """Return the earliest day on which the job could begin; no route can make it earlier."""
        start = self.place.terms.start_date
        return None if start is None or self.reading.problem.is_ready_scored else max(start, self.person.earliest)

    def _before_training(self) -> Iterator[Fact]:
        yield from rules.contract(self.place)
        start, day = self.place.terms.start_date, self._first_day
        if self.reading.problem.is_ready_scored:
            yield self._listed_pair()
        elif start is None or day is None:
            yield failed("start", "start_unknown")
        else:
            yield rules.start(self.person, self.place, start, day)
            yield rules.available_until(self.person, day)
            yield rules.group(self.person, self.place, day)
            yield rules.occupation(self.person, self.place)
            yield rules.extent(self.person, self.place)
            yield rules.distance(self.reading, self.person, self.place)

    def _skills(self, day: date) -> Iterator[Fact]:
        """Yield one fact per required skill, then the route that joins them."""
        chains = self._minimal_routes()
        joined = self.route(chains[0]) if chains else None
        if not self.place.musts:
            yield met("skill", "skill_not_asked")
        all_grantable = True
        for required in self.place.musts:
            on = joined.start_date if joined and joined.start_date else day
            if self._search.holds(required.skill, required.level, on):
                yield self._held(required, on)
            elif joined is not None:
                yield self._granted(required, chains[0], on)
            else:
                fact = self._lacking(required, day)
                all_grantable &= fact.holds
                yield fact
        yield from self._route(chains, all_grantable)

    def _held(self, required: RequiredSkill, day: date) -> Fact:
        until = self.person.skills[required.skill].valid_until
        if until is None:
            return met("skill", "skill_held", skill=_skill(required))
        return met("skill", "skill_held_until", skill=_skill(required), until=until, day=day)

    def _granted(self, required: RequiredSkill, chain: Chain, day: date) -> Fact:
        cohort = next(
            cohort
            for cohort in chain
            for granted in self.reading.courses[cohort.course_id].skills
            if granted.skill == required.skill and granted.level >= required.level
        )
        return met(
            "skill",
            "skill_granted" if self._search.is_new(cohort) else "skill_promised",
            skill=_skill(required),
            course=self.reading.courses[cohort.course_id].title or cohort.course_id,
            cohort=cohort.cohort_id,
            end=cohort.end_date,
            day=day,
            latest=self.place.terms.latest_start_date,
        )

    def _lacking(self, required: RequiredSkill, day: date) -> Fact:
        """Return why a skill is missing on the day, with the cohorts that would grant it."""
        held = self.person.skills.get(required.skill)
        values: dict[str, Value] = {"skill": _skill(required)}
        if held is None:
            kind = "skill_missing"
        elif held.level < required.level:
            kind, values = "skill_level_too_low", {"skill": held.skill, "level": held.level, "needed": required.level}
        else:
            kind, values = "skill_expires", values | {"until": held.valid_until, "day": day}
        grantable = self._search.can_grant(required.skill, required.level)
        found = offers(self.reading, self.person, self.place, self._search, required) if self._has_offers else ()
        kind = f"{kind}_grantable" if grantable else kind
        return Fact(rule="skill", holds=grantable, kind=kind, values=values, offers=found)

    def _route(self, chains: list[Chain], all_grantable: bool) -> Iterator[Fact]:
        if () in chains:
            yield met("route", "route_not_needed")
        elif chains:
            yield met("route", "route_found", cohorts=tuple(cohort.cohort_id for cohort in chains[0]))
        elif all_grantable:
            yield failed("route", "route_not_together", limit=self._search.max_length)

    def _listed_pair(self) -> Fact:
        pairs = self.reading.pairs(self._candidate_id, self._vacancy_id)
        if not pairs:
            return failed("pair", "pair_not_listed")
        return met("pair", "pair_listed", score=str(max(pair.score for pair in pairs)))


def _skill(required: RequiredSkill) -> SkillLevel:
    return SkillLevel(skill=required.skill, level=required.level)
