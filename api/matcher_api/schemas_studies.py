"""What is sent and answered about studies: for each kind the keys that it takes, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from matcher.service.studies import StudyRow, values_of
from matcher.service.work import RunWithJob
from matcher_api.fields import Answered, Day, Identifier, Number, Seconds, Sent, Share, Whole, Words
from matcher_api.schemas_work import RunDocument

Value = StrictBool | StrictInt | StrictFloat | Words | list[Words]
Change = dict[str, Value]
Amount = Annotated[StrictFloat | StrictInt, Field(ge=-(10**9), le=10**9)]
Percent = Annotated[StrictFloat | StrictInt, Field(ge=0, le=100)]
Kronor = Annotated[StrictInt, Field(ge=0, le=10**12)]
Ids = Annotated[list[Identifier], Field(max_length=200)]
CHANGES = "Each with its `kind` and the keys of docs/formats.md, section Scenarios."


class AskedPayer(Sent):
    """What a year of full-time work of one person means for a payer, in kronor, and its part of what training costs."""

    saved_per_year: Amount
    gained_per_year: Amount
    training_percent: Percent


class AskedSociety(Sent):
    """Amounts by which plans are worth something to each payer; docs/model.md section 9. None has a default."""

    source: Words = Field(description="Where the amounts come from.")
    years: Annotated[StrictInt, Field(ge=1, le=50)]
    would_have_worked_percent: Percent
    discount_percent: Annotated[StrictFloat | StrictInt, Field(ge=0, le=50)] = 3.5
    municipality: AskedPayer
    region: AskedPayer
    state: AskedPayer
    person: AskedPayer

    def values(self) -> dict[str, Any]:
        """Return them as the question has them."""
        told = self.model_dump()
        payers = {name: told.pop(name) for name in ("municipality", "region", "state", "person")}
        return told | {"payers": payers}


class AskedAssumptions(Sent):
    """Chances on the way from a plan to the first working day; what is left out keeps its default."""

    no_show: Share | None = None
    refusal: Share | None = None
    late: Share | None = None
    late_weeks: Annotated[StrictInt, Field(ge=1, le=520)] | None = None
    gives_up_per_week: Share | None = None
    replace_weeks: Annotated[StrictInt, Field(ge=0, le=520)] | None = None
    arrivals_per_month: Annotated[StrictFloat | StrictInt, Field(ge=0, le=10**6)] | None = None

    def values(self) -> dict[str, Any]:
        """Return those that were given."""
        return self.model_dump(exclude_none=True)


class AskedStudy(Sent):
    """What every study takes."""

    plan_id: Number = Field(description="The plan whose problem is asked about; simulations ask about the plan itself.")
    name: Identifier | None = Field(default=None, description="What people call it.")
    seed: Whole = Field(default=0, description="Of the integer solver, or of the draws.")
    time_limit_s: Seconds | None = Field(
        default=None, description="Of the whole, which fails where this ends it: half a study answers nothing."
    )

    def question_values(self) -> dict[str, Any]:
        """Return what its kind takes, without what every study takes."""
        common = {*AskedStudy.model_fields, *_Solving.model_fields, "kind"}
        own = {name: getattr(self, name) for name in type(self).model_fields if name not in common}
        told = {name: value.values() if hasattr(value, "values") else value for name, value in own.items()}
        return {name: value for name, value in told.items() if value is not None}


class _Solving(AskedStudy):
    """What studies take that solve again and again."""

    changes: Annotated[list[Change], Field(max_length=10)] = Field(
        default=[], description=f"Made to the problem before: a catalogue of cohorts, or a tender. {CHANGES}"
    )
    gap: Share = Field(default=1e-6, description="Relative gap that is good enough.")
    solve_time_limit_s: Seconds | None = Field(
        default=None, description="Of each single solve, which ends with its honest gap."
    )


class AskedValue(_Solving):
    """What one more of anything is worth: a seat, money, a week, one requirement less."""

    kind: Literal["value"]
    of: Annotated[list[Literal["seat", "money", "week", "requirement"]], Field(max_length=4)] = Field(
        default=[], description="Only these kinds of things; all where there are none."
    )
    only: Ids = Field(default=[], description="Only things of these cohorts, budgets, contracts and vacancies.")
    money: Annotated[StrictInt, Field(ge=1, le=10**9)] = Field(default=10_000, description="Kronor asked about.")
    society: AskedSociety | None = None


class AskedInvest(_Solving):
    """Which cohorts to open for each amount of money: the whole frontier of a budget."""

    kind: Literal["invest"]
    budget_id: Identifier | None = Field(default=None, description="May be left out where there is one.")
    most: Kronor | None = Field(default=None, description="Unless given, what all cohorts cost when they are full.")
    amounts: Annotated[list[Kronor], Field(max_length=200)] = Field(default=[], description="Asked about first.")
    points: Annotated[StrictInt, Field(ge=1, le=1000)] = Field(default=60, description="Solve so often at most.")
    society: AskedSociety | None = None


class AskedRequirement(_Solving):
    """What a tender can promise: the largest number by a day, the earliest day for a number, or both."""

    kind: Literal["requirement"]
    contract_id: Identifier = Field(description="The tender, a contract of the problem.")
    by: Day | None = Field(default=None, description="Look for the largest number by that day.")
    number: Annotated[StrictInt, Field(ge=1, le=10**6)] | None = Field(
        default=None, description="Look for the earliest day for that many, in the contract's unit."
    )
    groups: Annotated[list[Identifier], Field(max_length=20)] = Field(
        default=[], description="Each asked about by itself; `everybody` for all. The contract's own unless given."
    )
    until: Day | None = Field(default=None, description="Last day looked at; two years after the start unless given.")


class AskedSimulate(AskedStudy):
    """What becomes of a plan when people drop out, suppliers refuse and contracts are late."""

    kind: Literal["simulate"]
    replications: Annotated[StrictInt, Field(ge=2, le=100_000)] = 1000
    sure: Annotated[StrictFloat | StrictInt, Field(ge=0.01, le=0.999)] = Field(
        default=0.9, description="How sure each promise is to be."
    )
    reaction: Literal["nobody", "resolve"] = Field(
        default="nobody", description="`resolve`: beside that, open places are filled again every week."
    )
    assumptions: AskedAssumptions | None = None
    society: AskedSociety | None = None
    compared_with: Annotated[list[Number], Field(max_length=5)] = Field(
        default=[], description="Other plans, each drawn under the same luck; of the same problem or of another."
    )


class AskedRolling(AskedStudy):
    """How much is reached of hindsight by deciding week by week, while people and contracts become known."""

    kind: Literal["rolling"]
    changes: Annotated[list[Change], Field(max_length=10)] = Field(default=[], description=CHANGES)
    replications: Annotated[StrictInt, Field(ge=2, le=1000)] = Field(default=20, description="Years drawn.")
    known: Share = Field(default=0.7, description="Share of the people known on the first day.")
    arrivals_per_month: Annotated[StrictFloat | StrictInt, Field(ge=0, le=10**6)] | None = None
    contracts_known: Share = Field(default=1.0, description="Share of the contracts known on the first day.")
    contracts_dropped: Share = Field(default=0.0, description="Chance that a contract comes to nothing.")
    lead_weeks: Annotated[StrictInt, Field(ge=1, le=520)] = Field(
        default=26, description="From the announcement of a contract to its start."
    )
    futures: Annotated[StrictInt, Field(ge=1, le=100)] = Field(default=5, description="Imagined when looking ahead.")


AnyStudy = AskedValue | AskedInvest | AskedRequirement | AskedSimulate | AskedRolling


class StudyDocument(Answered):
    """A study: what was asked, how far it is, what it came to, and what has changed since."""

    kind: Literal["value", "invest", "requirement", "simulate", "rolling"]
    name: str | None
    base_plan_id: int
    question: Mapping[str, Any] = Field(description="What its kind takes, as it was asked.")
    changes: list[Mapping[str, Any]]
    run: RunDocument
    is_of_plan_in_use: bool = Field(description="Whether people still work by the plan that it was asked about.")
    num_decisions: int = Field(description="Taken since it was asked for: it does not know them.")
    study: dict[str, Any] | None = Field(description="In the reader's language, once it is worked out.")

    @classmethod
    def of(cls, row: StudyRow, study: dict[str, Any] | None) -> StudyDocument:
        """Return what is known of a study."""
        return cls(
            kind=row.job.kind,
            name=row.asked.name or None,
            base_plan_id=row.asked.plan_id,
            question=values_of(row.asked.question),
            changes=[dict(one) for one in row.asked.changes],
            run=RunDocument.of(RunWithJob(run=row.run, job=row.job, plan_id=None)),
            is_of_plan_in_use=row.is_of_plan_in_use,
            num_decisions=row.num_decisions,
            study=study,
        )
