"""``matcher equality``: rates by group, what each hard rule does to them, and the plan without one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.options import (
    ForceOption,
    JsonOption,
    LangOption,
    PlanArgument,
    ProblemArgument,
    ThreadsOption,
    TimeLimitOption,
    language_of,
)
from matcher.cli.studies import StudyReportOption, require_ending
from matcher.cli.terminal import Terminal
from matcher.cli.written import refuse_to_overwrite

AttributesOption = Annotated[
    Path | None,
    typer.Option(
        "--attributes",
        metavar="FILE.csv",
        help="Further attributes: candidate_id, attribute, value. No plan is ever made from them.",
        show_default=False,
    ),
]
WithoutOption = Annotated[
    str | None,
    typer.Option(
        "--without",
        metavar="RULE",
        help="Solve again without a rule: distance, extent, group, skill:NAME, quota:ID and the like.",
        show_default=False,
    ),
]


def equality(
    problem: ProblemArgument,
    plan: PlanArgument,
    attributes: AttributesOption = None,
    without: WithoutOption = None,
    report: StudyReportOption = None,
    time_limit: TimeLimitOption = None,
    threads: ThreadsOption = None,
    lang: LangOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Audit a plan's equality: who is selected at which rate, and what the hard rules do to whom.

    Small groups are left out, so that nobody can be worked out. A rule that keeps a group out much oftener than others
    is pointed at.
    """
    require_ending(report)
    if report is not None:
        refuse_to_overwrite(report, reads=(problem, plan, attributes), force=force)
    import os

    from matcher.cli.reading import plan_with_problem
    from matcher.cli.studies import show_study
    from matcher.languages import phrases
    from matcher.report import equality_study
    from matcher.whatif.equality import attributes_of_groups, attributes_of_table, equality_audit

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, made = plan_with_problem(problem, plan, terminal, say)
    compared = attributes_of_groups(given)
    if attributes is not None:
        known = {candidate.candidate_id for candidate in given.candidates}
        compared += attributes_of_table(_text_of(attributes), known, str(attributes))
    audit = equality_audit(
        given,
        made,
        compared,
        without=without,
        time_limit_s=time_limit,
        threads=threads or os.cpu_count() or 1,
    )
    show_study(equality_study(audit, say), report, terminal, say)


def _text_of(file: Path) -> str:
    from matcher.cli.errors import CommandError

    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"'{file}' must be a readable file in UTF-8. Check the name.") from None
