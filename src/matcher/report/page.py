"""One self-contained HTML page of a plan: no script, nothing loaded from anywhere, readable on paper and on a phone."""

from __future__ import annotations

from pathlib import Path

from matcher.explain import rule_name, unfilled_details, unfilled_text
from matcher.formats.whole_files import write_text
from matcher.languages import Language, Phrases, phrases, who_counts
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.report import words
from matcher.report.rendering import environment, style_of
from matcher.report.summary import (
    RunFacts,
    breach_texts,
    comparison_text,
    floor_text,
    gap_text,
    headline,
    proof_text,
    sentences,
    training_text,
)
from matcher.report.timeline import WIDTH, Row
from matcher.report.view import plan_view

# Up to so many people everything stands open; above, a reader opens the month or the reason that matters.
MOST_PEOPLE_OPEN = 40
MOST_DETAILS = 4


def write_report(problem: Problem, plan: Plan, facts: RunFacts, path: Path, language: Language) -> None:
    """Write the page of a plan, whole or not at all.

    Parameters
    ----------
    problem : Problem
        The one that the plan answers.
    plan : Plan
    facts : RunFacts
    path : Path
        An existing file is replaced.
    language : str
        ``en`` or ``sv``.

    Raises
    ------
    InvalidInput
        Where the file cannot be written.
    """
    write_text(path, [report_page(problem, plan, facts, language)])


def report_page(problem: Problem, plan: Plan, facts: RunFacts, language: Language) -> str:
    """Return the page of a plan as HTML.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    facts : RunFacts
    language : str
        ``en`` or ``sv``.
    """
    say = phrases(language)
    view = plan_view(problem, plan, facts)
    style = style_of("style")
    return (
        environment()
        .get_template("plan.html.jinja")
        .render(
            say=say,
            text=say.text,
            plural=say.plural,
            words=words,
            view=view,
            summary=view.summary,
            headline=headline(view.summary, say),
            sentences=list(sentences(view.summary, say)),
            training_text=training_text(view.summary, say),
            proof_text=proof_text(view.summary, say),
            comparison_text=comparison_text(view.summary, say),
            gap_text=lambda gap: gap_text(gap, say),
            who_counts=lambda quota: who_counts(quota.group, quota.months_out_of_work, say),
            breaches=breach_texts(problem, plan, say),
            floor_text=None if facts.floor_price is None else floor_text(facts.floor_price, say),
            rule_name=lambda rule: rule_name(rule, say),
            reason_text=lambda reason: unfilled_text(reason, say),
            reason_details=lambda reason: unfilled_details(reason, say)[:MOST_DETAILS],
            proven_lines=_proven_lines(facts, say),
            row_note=lambda row: _row_note(row, say),
            all_open=len(plan.assignments) <= MOST_PEOPLE_OPEN,
            width=WIDTH,
            style=style.text,
            style_hash=style.digest,
        )
    )


def _proven_lines(facts: RunFacts, say: Phrases) -> dict[str | None, list[str]]:
    """Return what solving again bore out about each open vacancy, as far as it was asked for."""
    if not facts.proven:
        return {}
    from matcher.explain.proofs import why_not_lines  # loads the solver

    return {found.vacancy_id: [line.strip() for line in why_not_lines(found, say)] for found in facts.proven}


def _row_note(row: Row, say: Phrases) -> str:
    """Return what stands behind a cohort's title in the drawing: id, seats, and who goes on to another course."""
    if row.cohort is None:
        return ""
    notes = ["", row.cohort.cohort_id] if row.cohort.cohort_id != row.title else [""]
    notes.append(say.text("{part} of {whole} seats", part=row.enrolled, whole=row.cohort.seats))
    if row.going_on:
        notes.append(say.plural("{count} goes on to another course", "{count} go on to another course", row.going_on))
    return " · ".join(notes)
