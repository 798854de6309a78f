"""Who competes for a place, or for which place somebody competes, where it would cost the plan least."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.explain.effects import PlanReading
from matcher.explain.facts import PairExplanation
from matcher.explain.proofs.ranked import Ranked
from matcher.explain.proofs.ranking import Ranker
from matcher.explain.proofs.why_not import Competition
from matcher.explain.reading import named

PLACES_SOLVED_AGAIN = 8  # of those that somebody competes for
Entry = tuple[str, Ranked]  # a vacancy's id, and somebody for it


def cheapest_place(
    ranker: Ranker, plan: PlanReading, candidate_id: str, own: Sequence[PairExplanation]
) -> Competition | None:
    """Return which place would cost the plan least, if the candidate had it; ``None`` where no plan gives any.

    Parameters
    ----------
    ranker : Ranker
    plan : PlanReading
    candidate_id : str
    own : sequence of PairExplanation
        Places for which the candidate is eligible.
    """
    found: dict[str, Ranked] = {}
    for pair in own:
        entry = ranker.of_pair(candidate_id, pair.vacancy.vacancy_id)
        if entry is not None:
            found[pair.vacancy.vacancy_id] = entry
    for _ in range(PLACES_SOLVED_AGAIN):
        name = _first_in_doubt(ranker, found)
        if name is None:
            break
        entry = ranker.of_pair(candidate_id, name, solve_again=True)
        if entry is None:
            del found[name]
            continue
        found[name] = entry
        if not entry.is_exact:
            break  # the certificates leave a doubt that solving once more does not close
    return _competition(ranker, plan, list(found.items()))


def cheapest_person(ranker: Ranker, plan: PlanReading, vacancy_id: str) -> Competition | None:
    """Return who would cost the plan least, if a place were theirs; ``None`` where no plan gives it to anybody."""
    return _competition(ranker, plan, [(vacancy_id, entry) for entry in ranker.ranking(vacancy_id).entries])


def _first_in_doubt(ranker: Ranker, found: dict[str, Ranked]) -> str | None:
    """Return the place that could be the cheapest and is not known exactly."""
    best = min((ranker.order(entry.most) for entry in found.values() if entry.is_exact and entry.most), default=None)
    doubtful = [
        name
        for name, entry in found.items()
        if not entry.is_exact and (best is None or ranker.order(entry.least) < best)
    ]
    return min(doubtful, key=lambda name: (ranker.order(found[name].least), name), default=None)


def _competition(ranker: Ranker, plan: PlanReading, found: Sequence[Entry]) -> Competition | None:
    known = [(ranker.order(entry.most), name, entry, entry.most) for name, entry in found if entry.most is not None]
    if not known:
        return None
    _, name, entry, most = min(known, key=lambda one: (one[0], one[1], one[2].candidate_id or ""))
    return Competition(
        vacancy=named(plan.reading.place(name)),
        candidate_id=entry.candidate_id,
        least=min((one.least for _, one in found), key=ranker.order),
        most=most,
        displaced=entry.displaced,
    )
