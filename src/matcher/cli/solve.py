"""``matcher solve``: the best plan for a problem, checked before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.engines import engine_from, refuse_idle_options
from matcher.cli.options import (
    ClusterOption,
    EngineChoice,
    EngineOption,
    ForceOption,
    GapOption,
    JsonOption,
    LangOption,
    MemoryLimitOption,
    ProblemArgument,
    PublishedOption,
    SeedOption,
    ThreadsOption,
    TimeLimitOption,
    TlsOption,
    language_of,
)
from matcher.cli.terminal import Terminal
from matcher.cli.written import refuse_to_overwrite, require_folder_of

if TYPE_CHECKING:
    from matcher.cli.solving import Solved
    from matcher.report import RunFacts, Summary

OutOption = Annotated[Path, typer.Option("--out", help="Where the plan goes.", metavar="PLAN.json", show_default=False)]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", help="Write the plan as a web page too.", metavar="PLAN.html", show_default=False),
]
FloorOption = Annotated[
    bool, typer.Option("--floor-price", help="Solve once more without the floor for those longest out of work.")
]
ProveOption = Annotated[
    float | None,
    typer.Option(
        "--prove-reasons",
        min=0.001,
        metavar="SECONDS",
        help="Spend so much time on solving again for the page: why each position stays open, and what would fill it.",
        show_default=False,
    ),
]
SkipOption = Annotated[
    bool, typer.Option("--skip-incomplete", help="Leave out contracts and vacancies with missing facts.")
]

WarmOption = Annotated[
    Path | None,
    typer.Option(
        "--warm",
        help="Begin with an earlier plan of nearly the same problem.",
        metavar="PLAN.json",
        show_default=False,
    ),
]


def solve(
    context: typer.Context,
    problem: ProblemArgument,
    out: OutOption,
    gap: GapOption = 1e-6,
    time_limit: TimeLimitOption = None,
    threads: ThreadsOption = None,
    seed: SeedOption = 0,
    report: ReportOption = None,
    lang: LangOption = None,
    skip_incomplete: SkipOption = False,
    floor_price: FloorOption = False,
    prove_reasons: ProveOption = None,
    published: PublishedOption = None,
    warm: WarmOption = None,
    memory_limit: MemoryLimitOption = None,
    engine: EngineOption = EngineChoice.THREADS,
    cluster: ClusterOption = None,
    tls: TlsOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Solve a problem and check the plan.

    The plan is written only after the independent checker has passed it.

    Ctrl-C ends the search and writes the best plan so far, with what is proven about it.
    """
    refuse_idle_options(engine, cluster, tls)
    refuse_to_overwrite(out, report, reads=(problem, published, *(tls or ())), force=force)
    require_folder_of(out, report)
    from matcher.cli.errors import shown
    from matcher.cli.figures import show_figures
    from matcher.cli.reading import complete_problem
    from matcher.cli.solving import Wishes, floor_price_of, note_run, run_document, run_facts, solved
    from matcher.formats import read_plan, write_plan
    from matcher.languages import phrases
    from matcher.report import RunFacts, breach_texts, floor_text, summarise, write_report
    from matcher.solve import MemoryCeiling

    ceiling = context.with_resource(MemoryCeiling(memory_limit))
    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    with ceiling.during("reading the problem"):
        given, left_out = complete_problem(problem, skip_incomplete=skip_incomplete, terminal=terminal, say=say)
    told = None if published is None else read_plan(published)
    earlier = None if warm is None else read_plan(warm)
    if told is not None and "changes" not in given.policy.tiers:
        terminal.note(say.text("The policy names no tier 'changes', so the published plan makes no difference."))
    workers = engine_from(context, engine, threads, cluster, tls)
    wishes = Wishes(
        gap=gap,
        time_limit_s=time_limit,
        threads=threads,
        seed=seed,
        published=told,
        ceiling=ceiling,
        engine=workers,
        earlier=earlier,
    )
    found = solved(given, wishes, terminal, say)
    write_plan(found.plan, out)
    price = floor_price_of(given, found.plan, wishes, terminal, say) if floor_price else None
    facts = RunFacts(is_checked=True, baseline=found.result.baseline, left_out=left_out, floor_price=price)
    if report is not None:
        facts = run_facts(given, found, left_out, price, prove_reasons_s=prove_reasons, published=told)
        write_report(given, found.plan, facts, report, say.language)
    summary = summarise(given, found.plan, facts)
    show_figures(given, summary, terminal, say)
    terminal.line()
    terminal.lines(shown(breach_texts(given, found.plan, say)))
    if price is not None:
        terminal.line(floor_text(price, say))
    terminal.line(say.text("Written: {files}", files=", ".join(str(path) for path in (out, report) if path)))
    note_run(found, terminal, say)
    terminal.document(_document(found, facts, summary, out, report) | {"run": run_document(found)})


def _document(found: Solved, facts: RunFacts, summary: Summary, out: Path, report: Path | None) -> dict[str, Any]:
    from matcher.cli.errors import fault_document
    from matcher.cli.solving import breach_document, floor_document, summary_document, tier_document

    left_out = facts.left_out
    assert left_out is not None
    return {
        "plan": str(out),
        "report": None if report is None else str(report),
        "problem_hash": found.plan.problem_hash,
        "status": found.plan.status,
        "is_checked": True,
        "summary": summary_document(summary),
        "tiers": [tier_document(tier) for tier in found.plan.tiers],
        "breaches": [breach_document(breach) for breach in found.plan.breaches],
        "floor_price": None if facts.floor_price is None else floor_document(facts.floor_price),
        "left_out": {
            "contract_ids": list(left_out.contract_ids),
            "vacancy_ids": list(left_out.vacancy_ids),
            "faults": [fault_document(fault) for fault in left_out.faults],
        },
    }
