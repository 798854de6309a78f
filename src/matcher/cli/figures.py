"""The figures of a plan on a terminal: headline, key figures, some placements."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from matcher.cli.terminal import Terminal, printable
from matcher.explain import PlanReading, Reading, Step, taken_route
from matcher.languages import Phrases
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.report import Summary, gap_text, headline
from matcher.report.summary import aims_text


def show_figures(problem: Problem, summary: Summary, terminal: Terminal, say: Phrases) -> None:
    """Write the headline and the key figures of a plan."""
    terminal.line()
    terminal.line(headline(summary, say), style="bold")
    terminal.line()
    table = Table(box=None, show_header=False, padding=(0, 3, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, value in _figures(problem, summary, say):
        table.add_row(printable(name), printable(value))
    terminal.table(table)


def show_placements(problem: Problem, plan: Plan, terminal: Terminal, say: Phrases, most: int) -> None:
    """Write some placements, those with training first to start, with the dates of their routes."""
    reading = PlanReading(Reading(problem), plan)
    ordered = sorted(plan.assignments, key=lambda entry: (not entry.cohort_ids, str(entry.start_date)))
    table = Table(box=None, padding=(0, 3, 0, 0), title_justify="left", title_style="bold")
    table.title = say.text("{shown} of {all} placements", shown=min(most, len(ordered)), all=len(ordered))
    for name in (say.text("Person"), say.text("Vacancy"), say.text("Preparation"), say.text("Start")):
        table.add_column(name, header_style="dim", no_wrap=name in (say.text("Person"), say.text("Start")))
    for entry in ordered[:most]:
        vacancy = reading.reading.places[entry.vacancy_id].terms.vacancy
        title = f"{vacancy.title} ({vacancy.vacancy_id})" if vacancy.title else vacancy.vacancy_id
        steps = [_step(step, say) for step in taken_route(reading, entry).steps]
        start = say.day(entry.start_date) if entry.start_date else "–"
        cells = (entry.candidate_id, title, ", ".join(steps) or say.text("none needed"), start)
        table.add_row(*map(printable, cells))
    terminal.line()
    terminal.table(table)


def _step(step: Step, say: Phrases) -> str:
    return f"{step.title or step.course_id} {say.day(step.start_date)} – {say.day(step.end_date)}"


def _figures(problem: Problem, summary: Summary, say: Phrases) -> Iterator[tuple[str, str]]:
    vacancies = say.plural("{count} vacancy", "{count} vacancies", len(problem.vacancies))
    contracts = say.plural("{count} contract", "{count} contracts", len(problem.contracts))
    where = say.text("{positions} in {vacancies}", positions=summary.positions, vacancies=vacancies)
    yield say.text("Positions"), f"{where}, {contracts}"
    yield (
        say.text("People placed"),
        say.text("{filled} of {people} candidates", filled=summary.placed, people=summary.people),
    )
    yield (
        say.text("Trained first"),
        say.text("{people} people in {cohorts} cohorts", people=summary.trained, cohorts=summary.cohorts),
    )
    if summary.obligations:
        yield (
            say.text("Obligations met"),
            say.text("{met} of {owed} contracts", met=summary.obligations_met, owed=summary.obligations),
        )
    if summary.gap is not None:
        proven = {"gap": gap_text(summary.gap, say), "aims": aims_text(summary, say)}
        yield say.text("Proven gap"), say.text("{gap} at most, in {aims}", **proven)
        yield say.text("Checked"), say.text("every rule and every bound holds, says the independent checker")
    if summary.baseline is not None:
        yield (
            say.text("Best pair first"),
            say.text(
                "{filled} placed, {shortfall} person equivalents of what is owed missing (here {ours})",
                filled=summary.baseline.placements,
                shortfall=summary.baseline.shortfall,
                ours=summary.shortfall if summary.shortfall is not None else 0,
            ),
        )
