"""``matcher explain``: why somebody is placed where, why not, and why a place stays open."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.errors import CommandError
from matcher.cli.options import (
    JsonOption,
    LangOption,
    PlanArgument,
    ProblemArgument,
    PublishedOption,
    TimeLimitOption,
    language_of,
)
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.explain import PlanReading
    from matcher.languages import Phrases


class AudienceChoice(StrEnum):
    """For whom an explanation is."""

    CANDIDATE = "candidate"
    STAFF = "staff"


CandidateOption = Annotated[
    str | None,
    typer.Option("--candidate", help="Explain this candidate.", metavar="ID", show_default=False),
]
VacancyOption = Annotated[
    str | None,
    typer.Option("--vacancy", help="Explain this vacancy; with --candidate, the two together.", metavar="ID"),
]
RegretOption = Annotated[
    bool,
    typer.Option("--regret", help="Solve again without each placement: what it is worth, and what would be instead."),
]
VerifyOption = Annotated[
    bool,
    typer.Option(
        "--verify", help="Solve again with one thing changed: the proven reason, and what would have to be otherwise."
    ),
]
ObligationsOption = Annotated[
    bool,
    typer.Option("--obligations", help="What would repair each obligation and hard quota that the plan does not meet."),
]
AudienceOption = Annotated[
    AudienceChoice | None,
    typer.Option(
        "--audience",
        help="For whom: a candidate reads nothing that names another. By default candidate where one is named.",
        show_default=False,
    ),
]


def explain(
    problem: ProblemArgument,
    plan: PlanArgument,
    candidate: CandidateOption = None,
    vacancy: VacancyOption = None,
    verify: VerifyOption = False,
    regret: RegretOption = False,
    obligations: ObligationsOption = False,
    audience: AudienceOption = None,
    published: PublishedOption = None,
    time_limit: TimeLimitOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Explain a candidate, a vacancy, both, or what is owed.

    Every rule is named with its values and dates. The explanation of a candidate never names another candidate, unless
    it is asked for staff.
    """
    if obligations == (candidate is not None or vacancy is not None):
        raise CommandError("Name what to explain: --candidate ID, --vacancy ID or both, or else --obligations.")
    if candidate is None and audience is AudienceChoice.CANDIDATE:
        raise CommandError("What is said of a vacancy names people, and is for staff. Name the candidate who is told.")
    from matcher.cli.reading import plan_with_problem, published_plan
    from matcher.explain import PlanReading, Reading
    from matcher.languages import phrases

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, made = plan_with_problem(problem, plan, terminal, say)
    reading = PlanReading(Reading(given), made)
    lines, document = ([], {}) if obligations else _explained(reading, candidate, vacancy, say)
    if regret or verify or obligations:
        from matcher.cli.proofs import Asked, again_of, told

        asked = Asked(
            candidate_id=candidate,
            vacancy_id=vacancy,
            is_regret=regret,
            is_verified=verify,
            is_repaired=obligations,
            for_staff=audience is AudienceChoice.STAFF or candidate is None,
        )
        again = again_of(given, made, published_plan(made, plan, published), time_limit)
        more, proofs = told(again, reading, asked, say)
        lines, document = [*lines, *more], document | proofs
    terminal.lines(lines)
    terminal.document(document)


def _explained(
    reading: PlanReading, candidate: str | None, vacancy: str | None, say: Phrases
) -> tuple[list[str], dict[str, Any]]:
    """Return the explanation as lines and as a document."""
    from matcher.explain import (
        candidate_lines,
        explain_candidate,
        explain_pair_in_plan,
        explain_vacancy,
        pair_in_plan_lines,
        to_document,
        vacancy_lines,
    )

    if candidate is not None and vacancy is not None:
        pair = explain_pair_in_plan(reading, candidate, vacancy)
        return list(pair_in_plan_lines(pair, say)), to_document(pair, say)
    if candidate is not None:
        person = explain_candidate(reading, candidate)
        return list(candidate_lines(person, say)), to_document(person, say)
    place = explain_vacancy(reading, vacancy or "")
    return list(vacancy_lines(place, say)), to_document(place, say)
