"""The plans that a study is made of: each solved once, from what is known already, on whatever engine, and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.engine import Engine, Threads
from matcher.errors import ContradictoryDecisions, SolverFailure
from matcher.formats import plan_from_text, plan_to_text
from matcher.plan import Plan, ProgressListener, plan_fingerprint
from matcher.problem import Problem, Tier, WrittenOut, written_out
from matcher.solve import Solved, resolve
from matcher.solve.refusals import refuse_what_cannot_be_solved
from matcher.solve.terms import DEFAULT_GAP
from matcher.solver import StopSignal
from matcher.whatif.kept import NOTHING_KEPT, Document, Kept, StudyListener, StudyProgress, content_key, mapped

MOST_REMEMBERED = 4  # of a city each is some 200 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The plan of a question, or why there is none.

    Parameters
    ----------
    problem : Problem
        That was solved.
    plan : Plan or None
    contradictions : tuple of str
        Where people's decisions exclude one another, one sentence each.
    """

    problem: Problem
    plan: Plan | None
    contradictions: tuple[str, ...] = ()

    def required_plan(self) -> Plan:
        """Return the plan, or raise `ContradictoryDecisions` where there is none."""
        if self.plan is None:
            raise ContradictoryDecisions(self.contradictions)
        return self.plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One problem to be solved.

    Parameters
    ----------
    problem : Problem
    published : Plan or None
        What people have been told, see `matcher.solve.solve`.
    earlier : Answer or None
        To a problem that differs little: makes solving quicker and changes no answer.
    """

    problem: Problem
    published: Plan | None = None
    earlier: Answer | None = None


class Asking:
    """How the questions of a study are answered.

    Parameters
    ----------
    gap, time_limit_s, seed
        Of each solve, see `matcher.solve.solve`.
    threads : int
        Of each solve.
    engine : Engine, optional
        On which several questions are answered at a time; this thread unless given.
    kept : Kept, optional
        Where answers are found again.
    on_progress : callable, optional
        Told how far each round of questions has come.
    on_solve : callable, optional
        Told how far each solve has come, where the engine works in this process; no answer follows from it.
    stop : StopSignal, optional
        Ends each solve with the best plan so far; whoever sets it takes no answer any more.
    """

    def __init__(
        self,
        *,
        gap: float = DEFAULT_GAP,
        time_limit_s: float | None = None,
        threads: int = 1,
        seed: int = 0,
        engine: Engine | None = None,
        kept: Kept = NOTHING_KEPT,
        on_progress: StudyListener | None = None,
        on_solve: ProgressListener | None = None,
        stop: StopSignal | None = None,
    ) -> None:
        self._engine = engine or Threads(1)
        told = on_solve if isinstance(self._engine, Threads) else None  # a listener cannot be sent to another process
        self._effort = _Effort(gap=gap, time_limit_s=time_limit_s, threads=threads, seed=seed, on_solve=told, stop=stop)
        self._kept = kept
        self._progress = _Progress(on_progress)
        self._known: dict[str, Answer] = {}
        self._written: WrittenOut | None = None

    @property
    def num_workers(self) -> int:
        """Return how many questions are worked on at one time."""
        return self._engine.num_workers

    def expect(self, number: int) -> None:
        """Say how many questions there will be in all, where that is known, so that progress has one end."""
        self._progress.expected = number

    def answers(self, questions: Sequence[Question], earlier: Answer | None = None) -> list[Answer]:
        """Return the answer to each question, in order; what was answered before is not solved again.

        Parameters
        ----------
        questions : sequence of Question
        earlier : Answer, optional
            To a problem that differs little from those that name none themselves.

        Raises
        ------
        IncompleteInput, UnsupportedRule
            Before anything is solved, where one of the problems cannot be.
        """
        for question in questions:
            refuse_what_cannot_be_solved(question.problem)
        keys = [self._key(question) for question in questions]
        tasks = {
            key: _Task(
                question=question,
                effort=self._effort,
                earlier=question.earlier or earlier,
                is_kept=self._kept.is_there,
            )
            for key, question in zip(keys, questions, strict=True)
        }
        unknown = [key for key in tasks if key not in self._known]
        self._progress.open_round(len(questions))
        documents = mapped(
            _answered,
            [tasks[key] for key in unknown],
            unknown,
            engine=self._engine,
            kept=self._kept,
            on_progress=self._progress,
        )
        for key, document in zip(unknown, documents, strict=True):
            self._known[key] = _read(tasks[key].question.problem, document)
        return [self._known[key] for key in keys]

    def answer(self, question: Question, earlier: Answer | None = None) -> Answer:
        """Return the answer to one question; see `answers`."""
        return self.answers((question,), earlier)[0]

    def _key(self, question: Question) -> str:
        published = None if question.published is None else plan_fingerprint(question.published)
        effort, written = self._effort, written_out(question.problem, self._written)
        self._written = self._written or written  # the first question's: all others differ little
        return content_key("plan", written.fingerprint, published, effort.gap, effort.time_limit_s, effort.seed)


class _Progress:
    """Joins the rounds of a study into one progress: what was found again costs no time, the rest as much as so far."""

    def __init__(self, listener: StudyListener | None) -> None:
        self.expected = 0
        self._listener = listener
        self._last = StudyProgress(done=0, total=0, seconds=0.0, remaining_s=None)
        self._before = self._last
        self._solved_before = 0
        self._known_in_round: int | None = None
        self._asked = 0

    def open_round(self, asked: int) -> None:
        """Begin a round of so many questions, equal ones counted each."""
        self._before, self._known_in_round, self._asked = self._last, None, asked

    def __call__(self, progress: StudyProgress) -> None:
        """Tell how far all rounds together are."""
        if self._known_in_round is None:
            self._known_in_round = progress.done
        done = self._before.done + self._asked - (progress.total - progress.done)
        total = max(self.expected, self._before.done + self._asked)
        seconds = self._before.seconds + progress.seconds
        solved = self._solved_before + progress.done - self._known_in_round
        remaining = seconds / solved * (total - done) if solved else None if total > done else 0.0
        self._last = StudyProgress(done=done, total=total, seconds=seconds, remaining_s=remaining)
        if progress.done == progress.total:
            self._solved_before = solved
        if self._listener is not None:
            self._listener(self._last)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effort:
    gap: float
    time_limit_s: float | None
    threads: int
    seed: int
    on_solve: ProgressListener | None
    stop: StopSignal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    question: Question
    effort: _Effort
    earlier: Answer | None
    is_kept: bool


class _Memory:
    """What this process has solved and can begin from: a few whole solves, which are large, the latest last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._solved: OrderedDict[str, Solved] = OrderedDict()

    def keep(self, solved: Solved) -> None:
        """Remember a solve, and forget the oldest where there are too many."""
        self._solved[solved.plan.problem_hash] = solved
        self._solved.move_to_end(solved.plan.problem_hash)
        while len(self._solved) > MOST_REMEMBERED:
            self._solved.popitem(last=False)

    def of(self, answer: Answer, effort: _Effort) -> Solved | None:
        """Return the solve behind an answer, made here from its plan where another process made it."""
        plan = answer.plan
        if plan is None:
            return None
        with self._lock:  # the first of several threads solves for all
            if plan.problem_hash not in self._solved:
                self.keep(_solved_from(Question(problem=answer.problem), plan, effort))
            self._solved.move_to_end(plan.problem_hash)
            return self._solved[plan.problem_hash]

    def clear(self) -> None:
        """Remember nothing any more."""
        self._solved.clear()


_memory = _Memory()


def forget_solves() -> None:
    """Let go of what this process could begin from: a service that lives on needs the memory for other things."""
    _memory.clear()


def _answered(task: _Task) -> Document:
    problem, earlier = task.question.problem, task.earlier
    if earlier is not None and not _has_same_order(earlier.problem, problem):
        earlier = None
    try:
        try:
            known = None if earlier is None else _memory.of(earlier, task.effort)
            solved = _solved_from(task.question, known, task.effort)
        except SolverFailure:
            if earlier is None:
                raise
            # What was known before has led nowhere: a fresh start needs none of it.
            solved = _solved_from(task.question, None, task.effort)
    except ContradictoryDecisions as error:
        return {"contradictions": list(error.contradictions)}
    if task.earlier is None:
        _memory.keep(solved)  # what others begin from begins from nothing
    # Writing a city's plan as text and reading it again is a sixth of solving it again.
    return {"plan": plan_to_text(solved.plan) if task.is_kept else solved.plan}


def _solved_from(question: Question, earlier: Solved | Plan | None, effort: _Effort) -> Solved:
    return resolve(
        question.problem,
        earlier,
        gap=effort.gap,
        time_limit_s=effort.time_limit_s,
        threads=effort.threads,
        seed=effort.seed,
        on_progress=effort.on_solve,
        published=question.published,
        stop=effort.stop,
    )


def _has_same_order(earlier: Problem, problem: Problem) -> bool:
    """Tell whether two problems pursue their tiers in one order: prices hold tiers that were solved before."""
    before, now = (
        [name for name in one.policy.tiers if name not in ("changes", "tie_break")] for one in (earlier, problem)
    )
    return all(one == other for one, other in zip(before, now, strict=False))


def _read(problem: Problem, document: Document) -> Answer:
    if "plan" in document:
        plan = document["plan"]
        return Answer(problem=problem, plan=plan if isinstance(plan, Plan) else plan_from_text(plan))
    return Answer(problem=problem, plan=None, contradictions=tuple(document["contradictions"]))


def pursuing(problem: Problem, *tiers: Tier) -> Problem:
    """Return a problem whose policy pursues only some of its tiers, in its own order."""
    kept = tuple(tier for tier in problem.policy.tiers if tier in tiers)
    return replace(problem, policy=replace(problem.policy, tiers=kept or problem.policy.tiers))
