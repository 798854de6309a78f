"""``matcher diff``: what two plans do differently to people, and what each reaches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.options import JsonOption, LangOption, language_of
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from decimal import Decimal

    from matcher.languages import Phrases
    from matcher.plan import Plan

FirstPlan = Annotated[Path, typer.Argument(metavar="PLAN_A", help="The plan before.", show_default=False)]
SecondPlan = Annotated[Path, typer.Argument(metavar="PLAN_B", help="The plan after.", show_default=False)]


def diff(plan_a: FirstPlan, plan_b: SecondPlan, lang: LangOption = None, json: JsonOption = False) -> None:
    """Compare two plans.

    Who is newly placed, moved or no longer placed, and what each plan reaches.
    """
    from matcher.formats import read_plan
    from matcher.languages import phrases

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    before, after = read_plan(plan_a), read_plan(plan_b)
    changes = _changes(_places(before), _places(after))
    if before.problem_hash != after.problem_hash:
        terminal.note(say.text("The two plans answer different problems."))
    _show(before, after, changes, terminal, say)
    terminal.document(
        {
            "same_problem": before.problem_hash == after.problem_hash,
            "changes": changes,
            "tiers": [
                {"name": name, "before": _text(first), "after": _text(second)}
                for name, first, second in _tiers(before, after)
            ],
        }
    )


def _places(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Return what each candidate gets: vacancy, cohorts, start."""
    places: dict[str, list[dict[str, Any]]] = {}
    for entry in plan.assignments:
        start = None if entry.start_date is None else entry.start_date.isoformat()
        place = {"vacancy_id": entry.vacancy_id, "cohort_ids": list(entry.cohort_ids), "start_date": start}
        places.setdefault(entry.candidate_id, []).append(place)
    return places


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one entry for each candidate for whom something differs."""
    changes = []
    for candidate_id in sorted(before.keys() | after.keys()):
        old, new = before.get(candidate_id, []), after.get(candidate_id, [])
        if old != new:
            kind = _kind(old, new)
            changes.append({"candidate_id": candidate_id, "kind": kind, "before": old, "after": new})
    return changes


def _kind(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> str:
    if not old:
        return "placed"
    if not new:
        return "no_longer_placed"
    same_vacancies = [place["vacancy_id"] for place in old] == [place["vacancy_id"] for place in new]
    return "other_route" if same_vacancies else "moved"


def _tiers(before: Plan, after: Plan) -> list[tuple[str, Decimal | None, Decimal | None]]:
    first = {tier.name: tier.value for tier in before.tiers}
    second = {tier.name: tier.value for tier in after.tiers}
    return [(name, first.get(name), second.get(name)) for name in dict.fromkeys([*first, *second])]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _show(before: Plan, after: Plan, changes: list[dict[str, Any]], terminal: Terminal, say: Phrases) -> None:
    from rich.table import Table

    from matcher.cli.terminal import printable
    from matcher.report.words import AIMS

    terminal.line(
        say.plural(
            "{count} person is affected by the differences.",
            "{count} people are affected by the differences.",
            len(changes),
        ),
        style="bold",
    )
    people = Table(box=None, padding=(0, 3, 0, 0))
    for name in (say.text("Person"), say.text("Change"), say.text("Before"), say.text("After")):
        people.add_column(name, header_style="dim")
    for change in changes:
        places = [_place_text(change[side]) for side in ("before", "after")]
        people.add_row(printable(change["candidate_id"]), _kind_text(change["kind"], say), *map(printable, places))
    if changes:
        terminal.table(people)
    reached = Table(box=None, padding=(0, 3, 0, 0))
    reached.add_column(say.text("Aim"), header_style="dim")
    for name in (say.text("Before"), say.text("After")):
        reached.add_column(name, justify="right", header_style="dim")
    for name, first, second in _tiers(before, after):
        values = ["–" if value is None else say.number(value, most=6) for value in (first, second)]
        reached.add_row(say.text(AIMS[name]), *values)
    terminal.line()
    terminal.table(reached)


def _kind_text(kind: str, say: Phrases) -> str:
    words = {
        "placed": say.text("newly placed"),
        "no_longer_placed": say.text("no longer placed"),
        "moved": say.text("moved"),
        "other_route": say.text("other route or start"),
    }
    return words[kind]


def _place_text(places: list[dict[str, Any]]) -> str:
    texts = [
        " ".join(filter(None, [place["vacancy_id"], ";".join(place["cohort_ids"]), place["start_date"]]))
        for place in places
    ]
    return ", ".join(texts) or "–"
