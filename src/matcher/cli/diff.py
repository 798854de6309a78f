"""``matcher diff``: what two plans do differently to people, places and promises, what each reaches, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.errors import CommandError
from matcher.cli.options import JsonOption, LangOption, TimeLimitOption, language_of
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from decimal import Decimal

    from matcher.explain import PlanDifference
    from matcher.explain.proofs import Causes
    from matcher.languages import Phrases
    from matcher.plan import Assignment, Plan

MOST_NAMED = 10  # people behind one cause; the document has all

FirstPlan = Annotated[Path, typer.Argument(metavar="PLAN_A", help="The plan before.", show_default=False)]
SecondPlan = Annotated[Path, typer.Argument(metavar="PLAN_B", help="The plan after.", show_default=False)]
ProblemsOption = Annotated[
    tuple[Path, Path] | None,
    typer.Option(
        "--problems",
        metavar="PROBLEM_A PROBLEM_B",
        help="The problems of the two: each change of the input is then tried alone, and left out, by solving again.",
        show_default=False,
    ),
]


def diff(
    plan_a: FirstPlan,
    plan_b: SecondPlan,
    problems: ProblemsOption = None,
    time_limit: TimeLimitOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two plans.

    Who is newly placed, moved or no longer placed, which places and obligations differ, and what each plan reaches.
    With their problems: which change of the input made it.
    """
    from matcher.explain import plan_difference
    from matcher.formats import read_plan
    from matcher.languages import phrases

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    before, after = read_plan(plan_a), read_plan(plan_b)
    found = plan_difference(before, after)
    causes = None if problems is None else _causes(problems, (plan_a, plan_b), time_limit, terminal, say)
    if before.problem_hash != after.problem_hash:
        terminal.note(say.text("The two plans answer different problems."))
    _show(found, terminal, say)
    if causes is not None:
        _show_causes(causes, terminal, say)
    terminal.document(_document(before, after, found, causes, say))


def _causes(
    problems: tuple[Path, Path], plans: tuple[Path, Path], time_limit: float | None, terminal: Terminal, say: Phrases
) -> Causes:
    from matcher.cli.reading import plan_with_problem
    from matcher.explain.proofs import causes

    (old, before), (new, after) = (
        plan_with_problem(problem, plan, terminal, say) for problem, plan in zip(problems, plans, strict=True)
    )
    if before.difference is not None or after.difference is not None:
        raise CommandError(
            "One of the plans is an alternative, so no change of the input made it. Give the best plans."
        )
    return causes(old, before, new, after, time_limit_s=time_limit)


def _document(before: Plan, after: Plan, found: PlanDifference, causes: Causes | None, say: Phrases) -> dict[str, Any]:
    from matcher.explain import to_document

    document: dict[str, Any] = {
        "same_problem": before.problem_hash == after.problem_hash,
        "changes": [
            {
                "candidate_id": one.candidate_id,
                "kind": one.kind,
                "before": [_place(row) for row in one.before],
                "after": [_place(row) for row in one.after],
            }
            for one in found.people
        ],
        "places": to_document(found.places, say),
        "obligations": to_document(found.deliveries, say),
        "tiers": to_document(found.tiers, say),
    }
    return document if causes is None else document | {"causes": to_document(causes, say)}


def _place(row: Assignment) -> dict[str, Any]:
    start = None if row.start_date is None else row.start_date.isoformat()
    return {"vacancy_id": row.vacancy_id, "cohort_ids": list(row.cohort_ids), "start_date": start}


def _show(found: PlanDifference, terminal: Terminal, say: Phrases) -> None:
    from matcher.report.words import AIMS

    terminal.line(
        say.plural(
            "{count} person is affected by the differences.",
            "{count} people are affected by the differences.",
            len(found.people),
        ),
        style="bold",
    )
    _table(
        [say.text("Person"), say.text("Change"), say.text("Before"), say.text("After")],
        [
            [one.candidate_id, _kind_text(one.kind, say), _place_text(one.before), _place_text(one.after)]
            for one in found.people
        ],
        terminal,
        num_texts=4,
    )
    _table(
        [say.text("Vacancy"), say.text("Filled before"), say.text("Filled after")],
        [[one.vacancy_id, say.number(one.before), say.number(one.after)] for one in found.places],
        terminal,
    )
    _table(
        [say.text("Contract"), say.text("Missing before"), say.text("Missing after")],
        [[one.contract_id, say.number(one.before), say.number(one.after)] for one in found.deliveries],
        terminal,
    )
    terminal.line()
    _table(
        [say.text("Aim"), say.text("Before"), say.text("After")],
        [
            [say.text(AIMS[one.name]), *(_reached(value, say) for value in (one.before, one.after))]
            for one in found.tiers
        ],
        terminal,
    )


def _reached(value: Decimal | None, say: Phrases) -> str:
    return "–" if value is None else say.number(value, most=6)


def _table(headings: list[str], rows: list[list[str]], terminal: Terminal, num_texts: int = 1) -> None:
    from rich.table import Table

    from matcher.cli.terminal import printable

    if not rows:
        return
    table = Table(box=None, padding=(0, 3, 0, 0))
    for number, heading in enumerate(headings):
        table.add_column(heading, header_style="dim", justify="left" if number < num_texts else "right")
    for row in rows:
        table.add_row(*map(printable, row))
    terminal.table(table)


def _show_causes(causes: Causes, terminal: Terminal, say: Phrases) -> None:
    from matcher.explain.proofs import cause_lines

    terminal.line()
    terminal.lines(cause_lines(causes, say, most_named=MOST_NAMED))


def _kind_text(kind: str, say: Phrases) -> str:
    words = {
        "placed": say.text("newly placed"),
        "no_longer_placed": say.text("no longer placed"),
        "moved": say.text("moved"),
        "other_route": say.text("other route or start"),
    }
    return words[kind]


def _place_text(rows: tuple[Assignment, ...]) -> str:
    texts = [
        " ".join(filter(None, [row.vacancy_id, ";".join(row.cohort_ids), str(row.start_date or "")])) for row in rows
    ]
    return ", ".join(texts) or "–"
