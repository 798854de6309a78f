"""Works a study out: from what was kept when it was asked for to a document in every language."""

from __future__ import annotations

import json
from collections.abc import Callable

from matcher.errors import LimitReached
from matcher.languages import LANGUAGES, phrases
from matcher.report import study_to_text
from matcher.service.studies.asking import asked_of, others_of
from matcher.service.studies.effort import Effort, Ground
from matcher.solver import StopSignal
from matcher.store import Job, Pieces, Store, StoredRun, load_plan, load_snapshot
from matcher.whatif.answers import forget_solves


def make_study(store: Store, run: StoredRun, job: Job, stop: StopSignal, note: Callable[[Pieces], None]) -> str:
    """Return what a study comes to, as it is kept; nothing is stored by that.

    Raises
    ------
    LimitReached
        Where it was stopped: half a study answers nothing.
    """
    asked = asked_of(job, run)
    with store.reading() as session:
        problem = load_snapshot(session, run.problem_hash)
        plan = load_plan(session, asked.plan_id)
        others = others_of(session, asked)
    effort = Effort(gap=asked.gap, seed=asked.seed, solve_time_limit_s=asked.solve_time_limit_s, stop=stop, note=note)
    try:
        telling = asked.question.answered(Ground(problem=problem, plan=plan, others=others), effort)
        _require_time(stop)
    except LimitReached:
        _require_time(stop)
        raise
    finally:
        forget_solves()
    return json.dumps({language: study_to_text(telling(phrases(language))) for language in LANGUAGES})


def _require_time(stop: StopSignal) -> None:
    if stop.is_due:
        sentence = "A limit ended it before it was done. Give it more time, or ask for less."
        raise LimitReached(sentence)
