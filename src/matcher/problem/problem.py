"""The whole problem: everything that is given, valid as one."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from matcher.errors import InvalidInput
from matcher.problem.history import PastPlacement
from matcher.problem.people import Candidate, HeldSkill
from matcher.problem.places import Municipality
from matcher.problem.policy import Policy
from matcher.problem.rules import Decision, Enrolment, Pair, Quota, Resource
from matcher.problem.training import Budget, Cohort, Course
from matcher.problem.validation import cross_faults
from matcher.problem.work import Contract, RequiredSkill, Vacancy

FORMAT_VERSION = 1
MAX_FAULTS = 10_001  # more help nobody, and a million of them fill the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Candidates, work, training, rules and policy of one matching problem.

    Every field but `policy` is a tuple of one table's rows; docs/formats.md describes the tables.

    Raises
    ------
    InvalidInput
        With every fault between the objects: unknown or repeated ids, cyclic prerequisites and so on.
    """

    candidates: tuple[Candidate, ...] = ()
    candidate_skills: tuple[HeldSkill, ...] = ()
    contracts: tuple[Contract, ...] = ()
    vacancies: tuple[Vacancy, ...] = ()
    vacancy_skills: tuple[RequiredSkill, ...] = ()
    courses: tuple[Course, ...] = ()
    cohorts: tuple[Cohort, ...] = ()
    budgets: tuple[Budget, ...] = ()
    quotas: tuple[Quota, ...] = ()
    resources: tuple[Resource, ...] = ()
    decisions: tuple[Decision, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    pairs: tuple[Pair, ...] = ()
    municipalities: tuple[Municipality, ...] = ()
    history: tuple[PastPlacement, ...] = ()
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault between the tables."""
        faults = cross_faults({name: getattr(self, name) for name in TABLE_NAMES}, limit=MAX_FAULTS)
        if faults:
            raise InvalidInput(faults)

    @property
    def is_ready_scored(self) -> bool:
        """Tell whether pairs are given, which replace everything that would be derived."""
        return bool(self.pairs)

    @property
    def standing_enrolments(self) -> tuple[Enrolment, ...]:
        """Return the seats that are still promised: those in cohorts that have not been cancelled."""
        cancelled = {cohort.cohort_id for cohort in self.cohorts if cohort.status == "cancelled"}
        if not cancelled:
            return self.enrolments
        return tuple(enrolment for enrolment in self.enrolments if enrolment.cohort_id not in cancelled)


TABLE_NAMES: tuple[str, ...] = tuple(table.name for table in fields(Problem) if table.name != "policy")
