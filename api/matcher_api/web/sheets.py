"""Which columns the lists have as sheets of a workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from matcher.explain import PlanDifference
from matcher.explain.proofs import Ranking
from matcher.languages import Phrases, group_name, message
from matcher.report.words import UNFILLED_HEADINGS
from matcher.service.desk import (
    Desk,
    FigureRow,
    Figures,
    candidate_rows,
    contract_rows,
    course_rows,
    proposal_rows,
    vacancy_rows,
)
from matcher.service.following import begun_rows, expected_rows
from matcher.store import Store
from matcher.whatif.study import Cell, ColumnKind, StudyColumn, StudyTable
from matcher_api.web.amounts import cost_words
from matcher_api.web.words import DIFFERENT, FORMS, PROPOSALS

Row = Any
Entry = tuple[str, ColumnKind, Callable[[Row, Phrases], Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSheet:
    """A list as a sheet: its rows, and what each column shows of one."""

    title: str
    rows: Callable[[Desk, Store, str], Sequence[Row]]
    columns: tuple[Entry, ...]


def _reason(row: Row, say: Phrases) -> Cell:
    return say.text(UNFILLED_HEADINGS[row.reason.code]) if row.reason else None


def _field(name: str) -> Callable[[Row, Phrases], Cell]:
    return lambda row, say: cast("Cell", getattr(row, name))


def _groups(row: Row, say: Phrases) -> Cell:
    return say.listed(group_name(group, say) for group in row.groups) if row.groups else None


LISTS: dict[str, ListSheet] = {
    "contracts": ListSheet(
        title=message("Contracts"),
        rows=lambda desk, store, reader: desk.kept("contracts", lambda: contract_rows(desk)),
        columns=(
            (message("Contract"), "text", lambda row, say: row.contract.contract_id),
            (message("Title"), "text", lambda row, say: row.contract.title),
            (message("Buyer"), "text", lambda row, say: row.contract.buyer),
            (message("Supplier"), "text", lambda row, say: row.contract.supplier),
            (message("Starts"), "day", lambda row, say: row.contract.start_date),
            (message("Owed"), "number", lambda row, say: row.required),
            (message("Delivered"), "number", lambda row, say: row.delivered),
            (message("Filled"), "count", lambda row, say: row.filled),
            (message("Open"), "count", lambda row, say: row.open),
        ),
    ),
    "vacancies": ListSheet(
        title=message("Vacancies"),
        rows=lambda desk, store, reader: desk.kept("vacancies", lambda: vacancy_rows(desk)),
        columns=(
            (message("Vacancy"), "text", lambda row, say: row.vacancy.vacancy_id),
            (message("Title"), "text", lambda row, say: row.vacancy.title),
            (message("Contract"), "text", lambda row, say: row.vacancy.contract_id),
            (message("Form"), "text", lambda row, say: say.text(FORMS[row.vacancy.form])),
            (message("Starts"), "day", lambda row, say: row.start),
            (message("Filled"), "count", lambda row, say: row.filled),
            (message("Open"), "count", lambda row, say: row.open),
            (message("Why it lacks people"), "text", _reason),
        ),
    ),
    "candidates": ListSheet(
        title=message("Candidates"),
        rows=lambda desk, store, reader: desk.kept("candidates", lambda: candidate_rows(desk)),
        columns=(
            (message("Candidate"), "text", lambda row, say: row.candidate_id),
            (message("Groups"), "text", _groups),
            (message("Available from"), "day", lambda row, say: row.available_from),
            (message("Vacancy"), "text", lambda row, say: row.place.vacancy.vacancy_id if row.place else None),
            (message("Title"), "text", lambda row, say: row.place.vacancy.title if row.place else None),
            (message("The job begins"), "day", lambda row, say: row.route.start_date if row.route else None),
            (message("Courses"), "count", lambda row, say: len(row.route.steps) if row.route else None),
        ),
    ),
    "courses": ListSheet(
        title=message("Courses"),
        rows=lambda desk, store, reader: desk.kept("courses", lambda: course_rows(desk)),
        columns=(
            (message("Cohort"), "text", lambda row, say: row.cohort.cohort_id),
            (message("Course"), "text", lambda row, say: row.course.title or row.course.course_id),
            (message("Begins"), "day", lambda row, say: row.cohort.start_date),
            (message("Ends"), "day", lambda row, say: row.cohort.end_date),
            (message("Seats"), "count", lambda row, say: row.cohort.seats),
            (message("Seats taken"), "count", lambda row, say: row.taken),
            (message("Added by the plan"), "count", lambda row, say: row.new),
            (message("Cost per seat"), "number", lambda row, say: row.cohort.cost_per_seat),
        ),
    ),
    "proposals": ListSheet(
        title=message("Proposals"),
        rows=proposal_rows,
        columns=(
            (message("Decide by"), "day", lambda row, say: row.decide_by),
            (message("Candidate"), "text", lambda row, say: row.proposal.candidate_id),
            (message("Vacancy"), "text", lambda row, say: row.proposal.vacancy_id),
            (message("Title"), "text", lambda row, say: row.vacancy.title if row.vacancy else None),
            (message("Contract"), "text", lambda row, say: row.contract.contract_id if row.contract else None),
            (message("Courses"), "text", lambda row, say: ", ".join(row.proposal.cohort_ids) or None),
            (message("Caseworker"), "text", lambda row, say: row.caseworker),
            (message("State"), "text", lambda row, say: say.text(PROPOSALS[row.proposal.state])),
        ),
    ),
}


def _answer(months: int) -> Callable[[Row, Phrases], Cell]:
    """Return what shows whether it lasted after so many months."""

    def shown(row: Row, say: Phrases) -> Cell:
        known = {one.months: one.is_sustained for one in row.begun.questions}.get(months)
        return None if known is None else say.text(message("lasted") if known else message("did not last"))

    return shown


LISTS["placements"] = ListSheet(
    title=message("Who has begun"),
    rows=lambda desk, store, reader: begun_rows(store, desk.today, reader),
    columns=(
        (message("Candidate"), "text", lambda row, say: row.begun.candidate_id),
        (message("Vacancy"), "text", lambda row, say: row.begun.vacancy_id),
        (message("Title"), "text", lambda row, say: row.begun.title),
        (message("Contract"), "text", lambda row, say: row.begun.contract_id),
        (message("Form"), "text", lambda row, say: say.text(FORMS[row.begun.form])),
        (message("Began"), "day", lambda row, say: row.begun.start_date),
        (message("Ended"), "day", lambda row, say: row.begun.ended_on),
        (message("After 3 months"), "text", _answer(3)),
        (message("After 6 months"), "text", _answer(6)),
        (message("After 12 months"), "text", _answer(12)),
        (message("To be asked since"), "day", lambda row, say: row.due.due_on if row.due else None),
        (message("Caseworker"), "text", lambda row, say: row.begun.caseworker),
    ),
)
LISTS["expected"] = ListSheet(
    title=message("Should have begun"),
    rows=lambda desk, store, reader: expected_rows(store, desk.today, reader),
    columns=(
        (message("Candidate"), "text", lambda row, say: row.expected.candidate_id),
        (message("Vacancy"), "text", lambda row, say: row.expected.vacancy_id),
        (message("Title"), "text", lambda row, say: row.expected.title),
        (message("Contract"), "text", lambda row, say: row.expected.contract_id),
        (message("Should begin"), "day", lambda row, say: row.expected.start_date),
        (message("Caseworker"), "text", lambda row, say: row.expected.caseworker),
    ),
)

# Those whose rows are the plan's alone: the same for everybody, until there is another plan.
OF_PLAN = frozenset({"contracts", "vacancies", "candidates", "courses"})

FIGURES: tuple[tuple[str, str], ...] = (
    ("procurements", message("Service procurements")),
    ("with_clause", message("With a clause")),
    ("planned_jobs", message("Jobs in the plan")),
    ("planned_internships", message("Internships in the plan")),
    ("accepted", message("Accepted")),
    ("jobs", message("Jobs begun")),
    ("internships", message("Internships begun")),
    ("converted", message("From internship to job")),
    ("sustained", message("Lasted a year")),
)


def of_list(kind: str, rows: Sequence[Row], say: Phrases) -> StudyTable:
    """Return the rows of a list as a sheet."""
    described = LISTS[kind]
    entries = described.columns
    return table_of(kind, say.text(described.title), entries, rows, say)


def of_figures(view: Figures, say: Phrases) -> list[StudyTable]:
    """Return the figures as sheets."""

    def sheet(name: str, title: str, rows: Sequence[FigureRow], shown: Callable[[FigureRow], str | None]) -> StudyTable:
        first: Entry = (title, "text", lambda row, say: shown(row))
        rest: list[Entry] = [(heading, "count", _field(field)) for field, heading in FIGURES]
        return table_of(name, say.text(title), [first, *rest], rows, say)

    def group(row: FigureRow) -> str:
        return group_name(row.name, say) if row.name else say.text("in no group")

    return [
        sheet("buyers", message("Buyer"), view.by_buyer, lambda row: row.name),
        sheet("groups", message("Group"), view.by_group, group),
        sheet("quarters", message("Quarter"), view.by_quarter, lambda row: row.name),
    ]


def of_difference(view: PlanDifference, say: Phrases) -> list[StudyTable]:
    """Return what a plan would change, for people, places and contracts."""

    def placed(rows: Sequence[Any]) -> Cell:
        return ", ".join(" ".join([row.vacancy_id, *row.cohort_ids]) for row in rows) or None

    people: list[Entry] = [
        (message("Candidate"), "text", lambda row, say: row.candidate_id),
        (message("Change"), "text", lambda row, say: say.text(DIFFERENT[row.kind])),
        (message("Now"), "text", lambda row, say: placed(row.before)),
        (message("With this plan"), "text", lambda row, say: placed(row.after)),
    ]
    places: list[Entry] = [
        (message("Vacancy"), "text", lambda row, say: row.vacancy_id),
        (message("Now"), "count", lambda row, say: row.before),
        (message("With this plan"), "count", lambda row, say: row.after),
    ]
    owed: list[Entry] = [
        (message("Contract"), "text", lambda row, say: row.contract_id),
        (message("Now"), "number", lambda row, say: row.before),
        (message("With this plan"), "number", lambda row, say: row.after),
    ]
    return [
        table_of("people", say.text("Who is affected"), people, view.people, say),
        table_of("vacancies", say.text("Vacancies"), places, view.places, say),
        table_of("contracts", say.text("What contracts lack"), owed, view.deliveries, say),
    ]


def of_ranking(ranking: Ranking, say: Phrases) -> StudyTable:
    """Return everybody who could have a vacancy as a sheet."""
    columns: list[Entry] = [
        (message("Candidate"), "text", lambda row, say: row.candidate_id),
        (message("What it costs the plan"), "text", cost_words),
        (message("Courses"), "text", lambda row, say: ", ".join(row.cohort_ids) or None),
        (message("In the plan now"), "text", lambda row, say: ", ".join(row.placed_at) or None),
    ]
    return table_of("people", say.text("Who else could have it"), columns, ranking.entries, say)


def table_of(name: str, title: str, entries: Sequence[Entry], rows: Sequence[Row], say: Phrases) -> StudyTable:
    """Return rows as a sheet, a column for each entry: its heading, its kind, and what it shows of a row."""
    return StudyTable(
        name=name,
        title=title,
        columns=tuple(
            StudyColumn(name=str(number), title=say.text(heading), kind=kind)
            for number, (heading, kind, _) in enumerate(entries)
        ),
        rows=tuple(tuple(read(row, say) for _, _, read in entries) for row in rows),
    )
