"""Every error that Matcher raises on purpose, in one tree.

::

    MatcherError
    ├── InvalidInput             the given problem, plan or policy has faults (all of them listed)
    │   ├── IncompleteInput      facts that only a person can supply are still missing
    │   └── UnsupportedRule      the problem asks for a rule that this version cannot keep
    ├── ContradictoryDecisions   people's own decisions exclude one another
    ├── LimitReached             a time or memory limit ended the work before any plan existed
    ├── AllBusy                  as much is being worked on as is allowed; asking again later is all it takes
    ├── EngineFailure            workers died or a cluster cannot be reached, before any plan existed
    ├── StoreFailure             the database cannot be opened, reached or written
    │   └── StoreFull            there is no room left for what was to be stored
    ├── Conflict                 what is asked does not fit what is stored by now; its code says how
    ├── UnknownId                nothing is stored under that id
    ├── CheckFailed              a plan breaks a rule or claims more than its certificate proves
    └── SolverFailure            a solver library misbehaved; never the user's fault

Each carries fields, so that nobody has to parse a sentence. None repeats a personal number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcher.personal_numbers import without_personal_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with an input: whose value, where, what it was, what to do.

    Parameters
    ----------
    code : str
        Stable machine-readable kind, for example ``"unknown_id"``.
    must : str
        What the value must be, continuing "<Thing> <id> must ...".
    remedy : str
        What the person can do about it, a full sentence.
    table : str or None
        Table of the problem folder, for example ``"vacancies"``.
    row : int or None
        Position of the object in its table, counted from 0 in reading order.
    entity_id : str or None
        Id of the object, where it has one.
    field : str or None
        Column of the table.
    value : object
        The value found; shown shortened. ``None`` where there was none.
    file, line, column : str or int or None
        Place in the file, filled in by the reader; lines and columns count from 1.
    repeats : int or None
        Position of the earlier row that has the same id, where that is what is wrong.
    """

    code: str
    must: str
    remedy: str
    table: str | None = None
    row: int | None = None
    entity_id: str | None = None
    field: str | None = None
    value: Any = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    repeats: int | None = None

    def __post_init__(self) -> None:
        """Hide personal numbers: a fault is shown, sent and logged."""
        for name in ("entity_id", "field", "value"):  # a column, too, is called what somebody has written above it
            found = getattr(self, name)
            if isinstance(found, str):
                object.__setattr__(self, name, without_personal_numbers(found))

    def at(self, *, file: str | None = None, line: int | None = None, column: int | None = None) -> Fault:
        """Return the same fault with its place in a file."""
        return replace(self, file=file, line=line, column=column)

    @property
    def place(self) -> str:
        """Return ``file line N column M`` as far as known."""
        parts = [self.file or ""]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        """Return ``<Thing> '<id>' (<place>) must ..., got <value>. <What to do.>``."""
        thing = THING_BY_TABLE.get(self.table or "", "Input")
        who = f"{thing} {shortened(self.entity_id)}" if self.entity_id is not None else thing
        place = f" ({self.place})" if self.place else ""
        got = f", got {shortened(self.value)}" if self.value is not None else ""
        return f"{who}{place} must {self.must}{got}. {self.remedy}"


THING_BY_TABLE = {
    "candidates": "Candidate",
    "candidate_skills": "Skill of candidate",
    "contracts": "Contract",
    "vacancies": "Vacancy",
    "vacancy_skills": "Skill of vacancy",
    "courses": "Course",
    "cohorts": "Cohort",
    "budgets": "Budget",
    "quotas": "Quota",
    "resources": "Resource",
    "decisions": "Decision on candidate",
    "enrolments": "Enrolment of candidate",
    "pairs": "Pair of candidate",
    "municipalities": "Municipality",
    "history": "Past placement",
    "accounts": "Account",
    "service_tokens": "Token",
    "identities": "Identity of candidate",
    "retention_rules": "Retention rule",
    "rights_requests": "Request",
    "audit_log": "Entry of the log",
    "policy": "Policy",
    "scenarios": "Scenario",
    "changes": "Change",
    "assumptions": "Assumption file",
    "society": "File of amounts by payer",
}


def shortened(value: object, limit: int = 60) -> str:
    """Return a value as a person reads it, on one line and at most `limit` characters long."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


class MatcherError(Exception):
    """Base of every error that Matcher raises on purpose."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*map(without_personal_numbers, sentences))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is made again where it comes from another process: its kinds are made of other things."""
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(kind: type[MatcherError], sentences: tuple[str, ...]) -> MatcherError:
    return kind.__new__(kind, *sentences)


class InvalidInput(MatcherError):
    """The input has faults; all that were found are in `faults`.

    Parameters
    ----------
    faults : sequence of Fault
        At least one.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class IncompleteInput(InvalidInput):
    """Facts that only a person can supply are missing; `faults` lists every empty cell."""


class UnsupportedRule(InvalidInput):
    """The problem uses a rule that this version cannot keep; it is refused rather than ignored."""


class ContradictoryDecisions(MatcherError):
    """People's decisions exclude one another.

    Parameters
    ----------
    contradictions : sequence of str
        One sentence each, naming the decisions and the rule between them.
    """

    def __init__(self, contradictions: Sequence[str]) -> None:
        self.contradictions = tuple(contradictions)
        super().__init__("\n".join(self.contradictions))


class LimitReached(MatcherError):
    """A limit ended the work before any plan existed."""


class AllBusy(MatcherError):
    """As much is being worked on as is allowed; asking again later is all that is needed."""


class EngineFailure(MatcherError):
    """Workers died too often, or a cluster cannot be reached, before any plan existed."""


class CheckFailed(MatcherError):
    """A plan does not hold; `violations` lists what is wrong with it, one sentence each."""

    def __init__(self, violations: Sequence[str]) -> None:
        self.violations = tuple(violations)
        super().__init__("\n".join(self.violations))


class SolverFailure(MatcherError):
    """A solver library answered something that cannot be used, for example a wrong status."""


class StoreFailure(MatcherError):
    """The database cannot be opened, reached or written; nothing was stored."""


class StoreFull(StoreFailure):
    """There is no room left for what was to be stored; nothing was, and what is there can still be read."""


class Conflict(MatcherError):
    """What is asked does not fit what is stored by now; nothing was stored.

    Parameters
    ----------
    sentence : str
    code : str
        ``stale_version``: somebody else has changed it since it was read; ``refused_move``: a state from which that
        state cannot be reached; ``name_taken``, ``last_administrator``: of accounts; ``lost_lease``: the job belongs to
        another worker, or to nobody; ``refused_row``: the database refused it; ``exists``: there is one with that key;
        ``reused_key``: something else was asked under the same key.
    entity, entity_id : str
        Table or kind of thing, and which one.
    """

    def __init__(self, sentence: str, *, code: str, entity: str, entity_id: str) -> None:
        self.code, self.entity, self.entity_id = code, entity, entity_id
        super().__init__(sentence)


class UnknownId(MatcherError):
    """Nothing is stored under that id.

    Parameters
    ----------
    sentence, entity, entity_id : str
    """

    def __init__(self, sentence: str, *, entity: str, entity_id: str) -> None:
        self.entity, self.entity_id = entity, entity_id
        super().__init__(sentence)
