"""The questions that are answered by drawing: what becomes of a plan, and whole years decided week by week."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from matcher.columns import Columns
from matcher.errors import Conflict, InvalidInput
from matcher.features import build_columns
from matcher.languages import Phrases
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.report import rolling_study, simulation_study, society_rows, with_simulated_society
from matcher.service.studies.effort import Effort, Ground, Telling
from matcher.service.studies.faults import fault_of
from matcher.whatif import (
    Announcements,
    Arrivals,
    Assumptions,
    Simulation,
    SocietyAssumptions,
    Study,
    roll,
    simulate,
    society_value,
)

MOST_COMPARED = 5
Share = Annotated[float, Field(ge=0, le=1)]
PlanNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulateQuestion:
    """What becomes of a plan when people drop out, suppliers refuse and contracts are late.

    Parameters
    ----------
    replications : int
        How often everything is drawn.
    sure : float
        How sure each promise is to be.
    reaction : str
        ``nobody`` steps in, or beside that open places are filled again every week (``resolve``).
    assumptions : Assumptions or None
        Chances of one's own instead of the defaults.
    society : SocietyAssumptions or None
        Amounts by which the plan is worth something to each payer.
    compared_with : tuple of int
        Other plans, each drawn under the same luck.
    """

    kind: ClassVar[str] = "simulate"
    has_changes: ClassVar[bool] = False
    replications: Annotated[int, Field(ge=2, le=100_000)] = 1000
    sure: Annotated[float, Field(ge=0.01, le=0.999)] = 0.9
    reaction: Literal["nobody", "resolve"] = "nobody"
    assumptions: Assumptions | None = None
    society: SocietyAssumptions | None = None
    compared_with: Annotated[tuple[PlanNumber, ...], Field(max_length=MOST_COMPARED)] = ()

    def require_askable(self, problem: Problem) -> None:
        """See that places have dates, where somebody is to step in."""
        if self.reaction == "resolve" and problem.is_ready_scored:
            must, remedy = "be nobody where places have no dates", "Ask about it without anybody who steps in."
            raise InvalidInput([fault_of("bad_study", "reaction", self.reaction, must, remedy)])

    def answered(self, ground: Ground, effort: Effort) -> Telling:
        """Draw again and again."""
        columns = build_columns(ground.problem)
        count = 1 + len(ground.others)
        found = self._drawn(ground.problem, ground.plan, columns, effort.part(0, count))
        others = [
            (other, self._drawn(other.problem, other.plan, build_columns(other.problem), effort.part(place, count)))
            for place, other in enumerate(ground.others, 1)
        ]
        amounts = self.society
        planned = None if amounts is None else society_value(ground.problem, ground.plan, amounts, columns)

        def told(say: Phrases) -> Study:
            named = [(other.title(say), drawn) for other, drawn in others]
            study = simulation_study(ground.problem, found, say, named)
            if amounts is None or planned is None:
                return study
            return with_simulated_society(study, society_rows(found, planned, amounts, say), planned, amounts, say)

        return told

    def _drawn(self, problem: Problem, plan: Plan, columns: Columns, effort: Effort) -> Simulation:
        with _spoken(self.kind):
            return simulate(
                problem,
                plan,
                replications=self.replications,
                seed=effort.seed,
                assumptions=self.assumptions,
                sure=self.sure,
                reaction=self.reaction,
                columns=columns,
                engine=effort.engine(),
                on_progress=effort.hear,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingQuestion:
    """How much of hindsight is reached by deciding week by week, while people and contracts become known.

    Parameters
    ----------
    replications : int
        How many years are drawn.
    known : float
        Share of the people who are known on the first day.
    arrivals_per_month : float or None
        So many that all come over the year unless given.
    contracts_known, contracts_dropped : float
        Share of the contracts that are known on the first day, and the chance that one comes to nothing.
    lead_weeks : int
        From the announcement of a contract to its start.
    futures : int
        How many are imagined when looking ahead.
    """

    kind: ClassVar[str] = "rolling"
    has_changes: ClassVar[bool] = True
    replications: Annotated[int, Field(ge=2, le=1000)] = 20
    known: Share = 0.7
    arrivals_per_month: Annotated[float, Field(ge=0, le=10**6)] | None = None
    contracts_known: Share = 1.0
    contracts_dropped: Share = 0.0
    lead_weeks: Annotated[int, Field(ge=1, le=520)] = 26
    futures: Annotated[int, Field(ge=1, le=100)] = 5

    def require_askable(self, problem: Problem) -> None:
        """See that places have dates."""
        if problem.is_ready_scored:
            must, remedy = "be about a problem whose places have dates", "Ask about one that is not ready scored."
            raise InvalidInput([fault_of("bad_study", "plan_id", None, must, remedy)])

    def answered(self, ground: Ground, effort: Effort) -> Telling:
        """Decide year after year."""
        with _spoken(self.kind):
            found = roll(
                ground.problem,
                replications=self.replications,
                seed=effort.seed,
                arrivals=Arrivals(known=self.known, per_month=self.arrivals_per_month),
                announcements=Announcements(
                    known=self.contracts_known, dropped=self.contracts_dropped, lead_weeks=self.lead_weeks
                ),
                num_futures=self.futures,
                engine=effort.engine(),
                on_progress=effort.hear,
            )
        return lambda say: rolling_study(found, say)


@contextmanager
def _spoken(kind: str) -> Iterator[None]:
    """Let what a problem cannot be asked, and is found out while it is worked on, be told as a sentence."""
    try:
        yield
    except ValueError as error:
        raise Conflict(str(error), code="refused_study", entity="studies", entity_id=kind) from None
