"""``matcher explain``: why somebody is placed where, why not, and why a place stays open."""

from __future__ import annotations

from typing import Annotated

import typer

from matcher.cli.errors import CommandError
from matcher.cli.options import JsonOption, LangOption, PlanArgument, ProblemArgument, language_of
from matcher.cli.terminal import Terminal

CandidateOption = Annotated[
    str | None,
    typer.Option("--candidate", help="Explain this candidate.", metavar="ID", show_default=False),
]
VacancyOption = Annotated[
    str | None,
    typer.Option("--vacancy", help="Explain this vacancy; with --candidate, the two together.", metavar="ID"),
]


def explain(
    problem: ProblemArgument,
    plan: PlanArgument,
    candidate: CandidateOption = None,
    vacancy: VacancyOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Explain a candidate, a vacancy or both.

    Every rule is named with its values and dates. The explanation of a candidate never names another candidate.
    """
    if candidate is None and vacancy is None:
        raise CommandError("Name whom or what to explain: --candidate ID, --vacancy ID, or both.")
    from matcher.cli.reading import plan_with_problem
    from matcher.explain import (
        PlanReading,
        Reading,
        candidate_lines,
        explain_candidate,
        explain_pair_in_plan,
        explain_vacancy,
        pair_in_plan_lines,
        to_document,
        vacancy_lines,
    )
    from matcher.languages import phrases

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, made = plan_with_problem(problem, plan, terminal, say)
    reading = PlanReading(Reading(given), made)
    if candidate is not None and vacancy is not None:
        pair = explain_pair_in_plan(reading, candidate, vacancy)
        terminal.lines(pair_in_plan_lines(pair, say))
        terminal.document(to_document(pair, say))
    elif candidate is not None:
        person = explain_candidate(reading, candidate)
        terminal.lines(candidate_lines(person, say))
        terminal.document(to_document(person, say))
    elif vacancy is not None:
        place = explain_vacancy(reading, vacancy)
        terminal.lines(vacancy_lines(place, say))
        terminal.document(to_document(place, say))
