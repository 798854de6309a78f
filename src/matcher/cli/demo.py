"""``matcher demo``: a whole city's case, solved, checked and shown in one go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.errors import CommandError
from matcher.cli.options import ForceOption, JsonOption, LangOption, language_of
from matcher.cli.terminal import Terminal
from matcher.cli.written import require_folder_of

if TYPE_CHECKING:
    from matcher.languages import Phrases
    from matcher.plan import Plan
    from matcher.problem import Problem

SEED = 1
SHOWN_PLACEMENTS = 10
TIME_LIMIT_S = 60.0  # a machine that is busy with something else still gets to see a plan
DemoFolder = Annotated[Path, typer.Option("--out", help="Folder for problem, plan and page.", metavar="DIR")]


def demo(
    lang: LangOption = None,
    out: DemoFolder = Path("matcher-demo"),
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Solve and show an invented city case.

    People, courses and contracts are drawn from sourced figures; nothing is asked and nothing is overwritten.
    """
    require_folder_of(out)
    from matcher.cli.figures import show_figures, show_placements
    from matcher.cli.solving import Wishes, note_run, run_document, run_facts, solved, summary_document, tier_document
    from matcher.formats import write_plan, write_problem
    from matcher.generate import Size, generate
    from matcher.languages import phrases
    from matcher.report import summarise, write_report

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    problem = generate(Size.DEMO, SEED)
    folder, plan_path, page = out / "problem", out / "PLAN.json", out / "plan.html"
    _refuse_other_content(out, problem, force=force)
    found = solved(problem, Wishes(gap=1e-6, time_limit_s=TIME_LIMIT_S, threads=None, seed=0), terminal, say)
    facts = run_facts(problem, found, None)
    out.mkdir(exist_ok=True)
    write_problem(problem, folder)
    write_plan(found.plan, plan_path)
    write_report(problem, found.plan, facts, page, say.language)
    summary = summarise(problem, found.plan, facts)
    show_figures(problem, summary, terminal, say)
    show_placements(problem, found.plan, terminal, say, SHOWN_PLACEMENTS)
    _show_where(terminal, say, folder, plan_path, page)
    _show_next(terminal, say, f"{folder} {plan_path}", found.plan)
    note_run(found, terminal, say)
    terminal.document(
        {
            "problem": str(folder),
            "plan": str(plan_path),
            "report": str(page),
            "status": found.plan.status,
            "is_checked": True,
            "summary": summary_document(summary),
            "tiers": [tier_document(tier) for tier in found.plan.tiers],
            "run": run_document(found),
        }
    )


def _show_where(terminal: Terminal, say: Phrases, folder: Path, plan_path: Path, page: Path) -> None:
    terminal.line()
    terminal.line(say.text("Open {page} in a browser to see the whole plan.", page=str(page)), style="bold")
    terminal.line(say.text("Written: {files}", files=f"{folder}, {plan_path}, {page}"))


def _show_next(terminal: Terminal, say: Phrases, paths: str, plan: Plan) -> None:
    """Name two commands to try: the check, and the explanation of somebody who is trained first."""
    terminal.line(say.text("Next: {command}", command=f"matcher check {paths}"))
    trained = (entry.candidate_id for entry in plan.assignments if entry.cohort_ids)
    placed = (entry.candidate_id for entry in plan.assignments)
    someone = next(trained, next(placed, None))
    if someone is not None:
        terminal.line(say.text("Next: {command}", command=f"matcher explain {paths} --candidate {someone}"))


def _refuse_other_content(out: Path, problem: Problem, *, force: bool) -> None:
    """Raise where the folder holds anything but an earlier run of the same demo."""
    from matcher.errors import MatcherError
    from matcher.formats import read_plan
    from matcher.problem import fingerprint

    if force or not out.exists():
        return
    try:
        is_ours = read_plan(out / "PLAN.json").problem_hash == fingerprint(problem)
    except MatcherError:
        is_ours = out.is_dir() and not any(out.iterdir())
    if not is_ours:
        raise CommandError(
            f"'{out}' is there already and is no earlier run of this demo. Choose another folder with --out, or add "
            "--force.",
            code="exists",
        )
