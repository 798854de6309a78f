"""The plans that a study is made of: each solved once, from what is known already, on whatever engine, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.engine import Engine, Threads
from matcher.errors import ContradictoryDecisions, SolverFailure
from matcher.formats import plan_from_text, plan_to_text
from matcher.plan import Plan, plan_fingerprint
from matcher.problem import Problem, Tier, fingerprint
from matcher.solve import resolve
from matcher.solve.refusals import refuse_what_cannot_be_solved
from matcher.solve.solving import DEFAULT_GAP
from matcher.whatif.kept import NOTHING_KEPT, Document, Kept, StudyListener, StudyProgress, content_key, mapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One problem to be solved.

    Parameters
    ----------
    problem : Problem
    published : Plan or None
        What people have been told, see `matcher.solve.solve`.
    earlier : Plan or None
        Of a problem that differs little: makes solving quicker and changes no answer.
    """

    problem: Problem
    published: Plan | None = None
    earlier: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The plan of a question, or why there is none.

    Parameters
    ----------
    plan : Plan or None
    contradictions : tuple of str
        Where people's decisions exclude one another, one sentence each.
    """

    plan: Plan | None
    contradictions: tuple[str, ...] = ()

    def required_plan(self) -> Plan:
        """Return the plan, or raise `ContradictoryDecisions` where there is none."""
        if self.plan is None:
            raise ContradictoryDecisions(self.contradictions)
        return self.plan


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
    ) -> None:
        self._effort = _Effort(gap=gap, time_limit_s=time_limit_s, threads=threads, seed=seed)
        self._engine = engine or Threads(1)
        self._kept = kept
        self._progress = _Progress(on_progress)
        self._known: dict[str, Answer] = {}

    @property
    def num_workers(self) -> int:
        """Return how many questions are worked on at one time."""
        return self._engine.num_workers

    def expect(self, number: int) -> None:
        """Say how many questions there will be in all, where that is known, so that progress has one end."""
        self._progress.expected = number

    def answers(self, questions: Sequence[Question], earlier: Plan | None = None) -> list[Answer]:
        """Return the answer to each question, in order; what was answered before is not solved again.

        Parameters
        ----------
        questions : sequence of Question
        earlier : Plan, optional
            Of a problem that differs little from those that name none themselves.

        Raises
        ------
        IncompleteInput, UnsupportedRule
            Before anything is solved, where one of the problems cannot be.
        """
        for question in questions:
            refuse_what_cannot_be_solved(question.problem)
        tasks = {
            self._key(question): _Task(question=question, effort=self._effort, earlier=question.earlier or earlier)
            for question in questions
        }
        keys = [self._key(question) for question in questions]
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
        self._known |= {key: _read(document) for key, document in zip(unknown, documents, strict=True)}
        return [self._known[key] for key in keys]

    def answer(self, question: Question, earlier: Plan | None = None) -> Answer:
        """Return the answer to one question; see `answers`."""
        return self.answers((question,), earlier)[0]

    def _key(self, question: Question) -> str:
        published = None if question.published is None else plan_fingerprint(question.published)
        effort = self._effort
        return content_key(
            "plan", fingerprint(question.problem), published, effort.gap, effort.time_limit_s, effort.seed
        )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    question: Question
    effort: _Effort
    earlier: Plan | None


def _answered(task: _Task) -> Document:
    problem, earlier = task.question.problem, task.earlier
    if earlier is not None and not _has_same_order(earlier, problem):
        earlier = None
    try:
        try:
            plan = _solved(task, earlier)
        except SolverFailure:
            if earlier is None:
                raise
            plan = _solved(task, None)  # what was known before has led nowhere: a fresh start needs none of it
    except ContradictoryDecisions as error:
        return {"contradictions": list(error.contradictions)}
    return {"plan": plan_to_text(plan)}


def _solved(task: _Task, earlier: Plan | None) -> Plan:
    effort = task.effort
    return resolve(
        task.question.problem,
        earlier,
        gap=effort.gap,
        time_limit_s=effort.time_limit_s,
        threads=effort.threads,
        seed=effort.seed,
        published=task.question.published,
    ).plan


def _has_same_order(earlier: Plan, problem: Problem) -> bool:
    """Tell whether a plan pursues the tiers in the problem's order: prices hold tiers that were solved before."""
    before, now = (
        [name for name in names if name not in ("changes", "tie_break")]
        for names in ([tier.name for tier in earlier.tiers], problem.policy.tiers)
    )
    return all(one == other for one, other in zip(before, now, strict=False))


def _read(document: Document) -> Answer:
    if "plan" in document:
        return Answer(plan=plan_from_text(document["plan"]))
    return Answer(plan=None, contradictions=tuple(document["contradictions"]))


def pursuing(problem: Problem, *tiers: Tier) -> Problem:
    """Return a problem whose policy pursues only some of its tiers, in its own order."""
    kept = tuple(tier for tier in problem.policy.tiers if tier in tiers)
    return replace(problem, policy=replace(problem.policy, tiers=kept or problem.policy.tiers))
