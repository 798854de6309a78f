"""What was found by solving again, as text: for staff with names, for a candidate without those of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcher.explain.facts import PlacedCandidate
from matcher.explain.proofs.causes import Causes
from matcher.explain.proofs.losses import Loss
from matcher.explain.proofs.ranked import PROMISES, FirstLoss, Ranked, Ranking
from matcher.explain.proofs.regret import Regret
from matcher.explain.proofs.repairs import Repair
from matcher.explain.proofs.why_not import Competition, Counterfactual, WhyNot
from matcher.explain.proofs.words import (
    MISSING,
    REASONS_OF_CANDIDATE,
    REASONS_OF_VACANCY,
    amount_text,
    between_text,
    condition_text,
    input_change_text,
    loss_text,
)
from matcher.explain.reading import Reading, named
from matcher.explain.texts import route_text, vacancy_text
from matcher.languages import Phrases


def who(candidate_id: str | None, say: Phrases) -> str:
    """Return a candidate's id, or that it is somebody who is not named."""
    return say.text("another candidate") if candidate_id is None else candidate_id


def regret_lines(found: Regret, say: Phrases) -> Iterator[str]:
    """Yield what the best plan loses without a placement, and what would be instead."""
    place = found.vacancy.vacancy_id
    if found.loss is None:
        yield say.text("No plan is possible without {candidate} at {place}.", candidate=found.candidate_id, place=place)
        return
    lost = loss_text(found.loss, say)
    yield say.text(
        "Without {candidate} at {place}: {lost}.",
        candidate=found.candidate_id,
        place=place,
        lost=lost,
    )
    if found.decision is not None:
        yield "  " + say.text("A person decided this placement: that is what the decision gains, or costs.")
    for entry in found.next_places:
        there = f"{vacancy_text(entry.vacancy, say)} → {route_text(entry.route, say)}"
        yield "  " + say.text("The candidate would be placed here: {place}", place=there)
    if not found.next_places:
        yield "  " + say.text("The candidate would have no other place.")
    for placed in found.next_people:
        yield "  " + say.text("The place would go to {candidate}.", candidate=_with_route(placed, say))
    if found.stays_open:
        yield "  " + say.text("The place would stay open.")
    if found.rivals:
        yield "  " + say.text("Who else could have it, and what that would cost the best plan:")
    for rival in found.rivals:
        yield f"    {who(rival.candidate_id, say)}: {cost_text(rival, say)}"


def why_not_lines(found: WhyNot, say: Phrases) -> Iterator[str]:
    """Yield the reason that was borne out, what bears it out, and what else would do."""
    is_person = found.candidate_id is not None
    reasons = REASONS_OF_CANDIDATE if is_person else REASONS_OF_VACANCY
    heading = say.text("Why not, proven by solving again:")
    yield f"{heading} {say.text(reasons[found.code])}"
    if found.competition is not None:
        yield f"  {competition_text(found.competition, say, is_person=is_person)}"
    for other in found.counterfactuals:
        yield f"  {counterfactual_text(other, say)}"
    if found.counterfactuals:
        yield "  " + say.text(
            "Each is the smallest of its kind: the plan was made again with it, and with one step less."
        )
    if found.is_interrupted:
        yield "  " + say.text("Time ended before everything was tried.")


def competition_text(found: Competition, say: Phrases, *, is_person: bool) -> str:
    """Return what giving a place after all would cost the plan, and who would give way."""
    lost = ends_text(found.least, found.most, say)
    if is_person:
        cost = say.text(
            "The cheapest place for the candidate is {place}: {lost}.", place=found.vacancy.vacancy_id, lost=lost
        )
    else:
        cost = say.text(
            "It would cost least with {candidate}: {lost}.", candidate=who(found.candidate_id, say), lost=lost
        )
    if not found.displaced:
        return cost
    people = [who(one, say) for one in found.displaced]
    gone = say.text("No place would be left for {people}.", people=people)
    return f"{cost} {gone}"


def counterfactual_text(found: Counterfactual, say: Phrases) -> str:
    """Return a condition, and what the plan made again grants under it."""
    condition = condition_text(found.condition, say)
    if found.filled:
        then = say.plural("{count} more position is filled", "{count} more positions are filled", found.filled)
    else:
        places = [f"{entry.vacancy.vacancy_id} ({route_text(entry.route, say)})" for entry in found.places]
        then = say.text("placed at {places}", places=places)
    return f"{condition}: {then}."


def repair_lines(found: Sequence[Repair], say: Phrases) -> Iterator[str]:
    """Yield every promise that is not kept, and what would repair it."""
    if not found:
        yield say.text("Every obligation is met, and every hard quota is kept.")
    for one in found:
        amount = say.text(MISSING[one.unit], amount=one.missing)
        if one.contract_id is not None:
            yield say.text("Contract {contract}: {amount}.", contract=one.contract_id, amount=amount)
        else:
            yield say.text("Quota {quota}: {amount}.", quota=one.quota_id, amount=amount)
        for alternative in one.alternatives:
            then = say.text("the plan made again keeps it in full, and gives up nothing that is kept now")
            yield f"  {condition_text(alternative, say)}: {then}."
        if not one.alternatives and not one.is_interrupted:
            yield "  " + say.text("None of the single changes that were tried repairs it.")
        if one.is_interrupted:
            yield "  " + say.text("Time ended before everything was tried.")


def cause_lines(found: Causes, say: Phrases, *, most_named: int) -> Iterator[str]:
    """Yield what each change of the input did to the plan: by itself, and what would not have come without it."""
    if not found.found and not found.is_interrupted:
        yield say.text("The two problems are the same.")
    for cause in found.found:
        yield say.text("Cause: {change}.", change=input_change_text(cause.change, say))
        if cause.alone is None:
            yield "  " + say.text("By itself it makes no problem that can be compared.")
        else:
            lost = loss_text(Loss(broken_promises=0, aims=cause.alone), say)
            yield "  " + say.text("By itself: {lost}.", lost=lost)
        yield "  " + _people_text(
            say.plural(
                "{count} person is placed by it alone as in the plan after",
                "{count} people are placed by it alone as in the plan after",
                len(cause.people_alone),
            ),
            cause.people_alone,
            most_named,
        )
        yield "  " + _people_text(
            say.plural(
                "{count} person would be placed as before without it",
                "{count} people would be placed as before without it",
                len(cause.people_for_want),
            ),
            cause.people_for_want,
            most_named,
        )
    if found.is_interrupted:
        yield say.text("Time ended before everything was tried.")


def _people_text(told: str, people: Sequence[str], most_named: int) -> str:
    names = ", ".join([*people[:most_named], *(["…"] if len(people) > most_named else [])])
    return f"{told}: {names}." if people else f"{told}."


def ranking_lines(found: Ranking, reading: Reading, say: Phrases) -> Iterator[str]:
    """Yield everybody for a place, the least loss first; the whole list is for staff."""
    yield vacancy_text(named(reading.place(found.vacancy_id)), say)
    if found.entries:
        yield say.plural(
            "{count} other person could have this place; what that would cost the best plan:",
            "{count} other people could have this place; what that would cost the best plan:",
            len(found.entries),
        )
    else:
        yield say.text("Nobody else could have this place.")
    for number, entry in enumerate(found.entries, 1):
        yield f"{number:>3}  {who(entry.candidate_id, say)}: {cost_text(entry, say)}"
        details = [_standing(entry, say)]
        if entry.cohort_ids:
            details.append(say.text("by cohort {cohorts}", cohorts=entry.cohort_ids))
        if entry.displaced:
            details.append(say.text("instead of {people}", people=[who(one, say) for one in entry.displaced]))
        yield f"     {'; '.join(details)}"
    if found.num_impossible:
        yield say.plural(
            "{count} more person is eligible, but no plan gives the place beside people's decisions and hard limits.",
            "{count} more people are eligible, but no plan gives the place beside people's decisions and hard limits.",
            found.num_impossible,
        )
    if found.is_interrupted:
        yield say.text("Time ended the search: what is not exact is said between two numbers.")


def cost_text(entry: Ranked, say: Phrases) -> str:
    """Return what the best plan loses where somebody has a place: exactly, or between two proven ends."""
    if entry.most is None and entry.least.aim is None:
        return say.text("what is lost is not known; no plan is known that gives the place")
    if entry.most is None:
        least = first_loss_text(entry.least, say)
        return say.text("at least {least}; no plan is known that gives the place", least=least)
    return ends_text(entry.least, entry.most, say)


def ends_text(least: FirstLoss, most: FirstLoss, say: Phrases) -> str:
    """Return a loss, exactly where both ends are the same."""
    if least == most:
        return first_loss_text(least, say)
    if least.aim == most.aim and least.aim is not None:
        return between_text(least.aim, say.number(least.amount, most=6), say.number(most.amount, most=6), say)
    return say.text("from: {least}, to: {most}", least=first_loss_text(least, say), most=first_loss_text(most, say))


def first_loss_text(loss: FirstLoss, say: Phrases) -> str:
    """Return the first aim in which something is lost, and how much."""
    if loss.aim is None:
        return say.text("nothing is lost")
    if loss.aim == PROMISES:
        return say.plural("{count} more broken promise", "{count} more broken promises", int(loss.amount))
    return amount_text(loss.aim, loss.amount, say)


def _standing(entry: Ranked, say: Phrases) -> str:
    if not entry.placed_at:
        return say.text("without a place in this plan: a reserve")
    return say.text("placed at {places} in this plan", places=entry.placed_at)


def _with_route(placed: PlacedCandidate, say: Phrases) -> str:
    return f"{who(placed.candidate_id, say)}: {route_text(placed.route, say)}"
