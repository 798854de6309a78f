"""The words of what was found by solving again, in English; the catalogues hold the translations."""

from __future__ import annotations

from decimal import Decimal

from matcher.explain.facts import Value
from matcher.explain.proofs.causes import InputChange
from matcher.explain.proofs.losses import AimLoss, Loss
from matcher.explain.proofs.smallest import Condition
from matcher.explain.proofs.why_not import Code
from matcher.explain.texts import worded
from matcher.languages import Phrases, message, plural_message

# What an amount of an aim is called where the plan is worse by it, and where it is better.
WORSE = {
    "shortfall": message("{amount} more person equivalents owed and not delivered"),
    "placements": message("{amount} fewer placements expected to last"),
    "cost": message("{amount} kronor more"),
    "changes": message("{amount} more changes for people who have been told"),
}
BETTER = {
    "shortfall": message("{amount} fewer person equivalents owed and not delivered"),
    "placements": message("{amount} more placements expected to last"),
    "cost": message("{amount} kronor less"),
    "changes": message("{amount} fewer changes for people who have been told"),
}

# What a promise lacks, by its unit.
MISSING = {
    "persons": message("{amount} people are missing"),
    "hours": message("{amount} hours are missing"),
    "person_months": message("{amount} person-months are missing"),
    "credit": message("{amount} of credit are missing"),
}

# What would have to be otherwise; what would be then follows after a colon.
CONDITIONS = {
    "if_it_ran": message("If {course} ({cohort}, starts {start}) ran"),
    "more_money": message("With {amount} kronor more in budget {budget}"),
    "more_resource": message("With {amount} more of resource {resource}"),
    "without_quota": message("Without quota {quota}"),
    "with_skills": message("With {skills}"),
    "not_required_by_contract": message("If contract {contract} did not require {skill}"),
    "not_required": message("If {place} did not require {skill}"),
    "available_from": message("If available from {day}"),
    "available_until": message("If able to start a job until {day}"),
    "more_hours": message("If able to work {percent} percent of full time"),
    "occupation_accepted": message("If accepting occupation {occupation} too"),
    "longer_way": message("If able to travel {km} km"),
    "decision_taken_back": message("If the decision on {candidate} and {place} were taken back"),
}
COUNTED_CONDITIONS = {
    "later_start": plural_message(
        "If {place} started on {day}, {count} day later", "If {place} started on {day}, {count} days later"
    ),
    "earlier_cohort": plural_message(
        "If {course} ({cohort}) started on {day}, {count} day earlier",
        "If {course} ({cohort}) started on {day}, {count} days earlier",
    ),
    "more_seats": plural_message(
        "With {count} more seat in {course} ({cohort}, starts {start})",
        "With {count} more seats in {course} ({cohort}, starts {start})",
    ),
    "paid_seats": plural_message(
        "With {count} more seat in {course} ({cohort}, starts {start}) and {amount} kronor more in budget {budget}",
        "With {count} more seats in {course} ({cohort}, starts {start}) and {amount} kronor more in budget {budget}",
    ),
    "later_contract": plural_message(
        "If contract {contract} started on {day}, {count} day later",
        "If contract {contract} started on {day}, {count} days later",
    ),
    "more_positions": plural_message("With {count} more position at {place}", "With {count} more positions at {place}"),
    "more_trainings": plural_message(
        "If the policy allowed {count} more enrolment", "If the policy allowed {count} more enrolments"
    ),
    "quota_allows": plural_message(
        "If quota {quota} allowed {count} more person", "If quota {quota} allowed {count} more people"
    ),
}

# The reason that was borne out; what bears it out follows.
REASONS_OF_CANDIDATE: dict[Code, str] = {
    "closed": message("The contract has ended or was cancelled."),
    "no_eligible": message("No vacancy is open to the candidate, not even with training."),
    "decision": message("Ruled out by a person's decision."),
    "seats": message("No seat was left in time."),
    "not_running": message("A cohort that would be needed does not run."),
    "budget": message("The budget does not reach."),
    "resource": message("A resource does not reach."),
    "training": message("The policy allows no more training."),
    "quota": message("A quota keeps the candidate out."),
    "competed_out": message("Others count more for the places that are open to the candidate."),
    "draw": message("An equally good plan places the candidate: the draw decided."),
    "unproven": message("No reason is proven."),
}
REASONS_OF_VACANCY: dict[Code, str] = {
    **REASONS_OF_CANDIDATE,
    "no_eligible": message("Nobody else is eligible."),
    "quota": message("A quota keeps people out."),
    "competed_out": message("Whoever is eligible counts more elsewhere."),
    "draw": message("An equally good plan fills the position: the draw decided."),
}


# What a row of the input is called, by its table and what happened to it.
THINGS = {
    "candidates": message("candidate {name}"),
    "contracts": message("contract {name}"),
    "vacancies": message("vacancy {name}"),
    "courses": message("course {name}"),
    "cohorts": message("cohort {name}"),
    "budgets": message("budget {name}"),
    "quotas": message("quota {name}"),
    "resources": message("resource {name}"),
    "decisions": message("decision {name}"),
    "enrolments": message("enrolment {name}"),
    "pairs": message("pair {name}"),
    "municipalities": message("municipality {name}"),
    "history": message("past placement {name}"),
}
INPUT_CHANGES = {
    "added": message("{thing} was added"),
    "removed": message("{thing} was removed"),
    "changed": message("{thing} was changed"),
}


def input_change_text(change: InputChange, say: Phrases) -> str:
    """Return what differs in the input, with the columns of a row that are changed."""
    if change.table == "policy":
        thing = say.text("the policy")
    elif change.entity_id is None:
        thing = say.text("the table {table}", table=change.table)
    else:
        thing = say.text(THINGS[change.table], name=change.entity_id)
    told = say.text(INPUT_CHANGES[change.kind], thing=thing)
    written = [f"{one.field} {_written(one.before, say)} → {_written(one.after, say)}" for one in change.fields]
    return f"{told} ({', '.join(written)})" if written else told


def _written(value: Value, say: Phrases) -> str:
    return "–" if value is None else say.value(worded({"value": value}, say)["value"])


def condition_text(found: Condition, say: Phrases) -> str:
    """Return what would have to be otherwise, as the beginning of a sentence."""
    values = worded(found.values, say)
    if found.kind in COUNTED_CONDITIONS:
        return say.plural(*COUNTED_CONDITIONS[found.kind], int(str(values.pop("count"))), **values)
    return say.text(CONDITIONS[found.kind], **values)


def loss_text(loss: Loss, say: Phrases) -> str:
    """Return what is given up, aim after aim: exact amounts, then at most one that is known between two numbers."""
    parts = []
    if loss.broken_promises:
        parts.append(say.plural("{count} more broken promise", "{count} more broken promises", loss.broken_promises))
    for aim in loss.aims:
        if not aim.is_exact:
            parts += [] if aim.least is None or (parts and not aim.found) else [_between(aim, say)]
            break
        if aim.found:
            parts.append(amount_text(aim.aim, aim.found, say))
    return say.listed(parts) if parts else say.text("nothing is lost")


def amount_text(aim: str, amount: Decimal, say: Phrases) -> str:
    """Return a loss, or where it is negative a gain, in one aim."""
    words = WORSE if amount >= 0 else BETTER
    return say.text(words[aim], amount=say.number(abs(amount), most=6))


def between_text(aim: str, least: str, most: str, say: Phrases) -> str:
    """Return a loss in one aim that is known between two numbers."""
    return say.text(WORSE[aim], amount=say.text("between {least} and {most}", least=least, most=most))


def _between(aim: AimLoss, say: Phrases) -> str:
    assert aim.least is not None  # both are known, or neither is
    assert aim.most is not None
    return between_text(aim.aim, say.number(aim.least, most=6), say.number(aim.most, most=6), say)
