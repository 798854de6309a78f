"""The words of an explanation: one sentence for each kind of fact, in English; the catalogues hold the translations."""

from __future__ import annotations

from matcher.explain.facts import BlockerKind, Rule, UnfilledCode
from matcher.languages import message, plural_message

RULE_NAMES: dict[Rule, str] = {
    "contract": message("contract"),
    "pair": message("scored pair"),
    "start": message("start date"),
    "available_until": message("last day for starting"),
    "group": message("target group"),
    "occupation": message("occupation"),
    "extent": message("working hours"),
    "distance": message("distance"),
    "skill": message("skill"),
    "route": message("training"),
    "decision": message("decision"),
}

# What is true of the people whom a rule excludes, after "12 of 40 people: ..." or "12 vacancies: ...".
EXCLUDED_BY: dict[Rule, str] = {
    "contract": message("the contract takes nobody any more"),
    "pair": message("not among the scored pairs"),
    "start": message("not available by the latest start"),
    "available_until": message("cannot start a job that late"),
    "group": message("not in the target group on the start day"),
    "occupation": message("occupation not among those accepted"),
    "extent": message("more working hours than the person can work"),
    "distance": message("too far away"),
    "skill": message("a required skill is missing, and no course gives it in time"),
    "route": message("the missing skills cannot all be trained in time"),
    "decision": message("ruled out by a person's decision"),
}

SENTENCES: dict[str, str] = {
    # contract, pair
    "contract_open": message("Contract {contract} is open."),
    "contract_ended": message("Contract {contract} has ended and takes nobody."),
    "contract_cancelled": message("Contract {contract} was cancelled and takes nobody."),
    "pair_listed": message("Stands among the scored pairs; the best score is {score}."),
    "pair_not_listed": message("Does not stand among the scored pairs."),
    # start and stay
    "start_unknown": message("No start date is known yet."),
    "start_on_first_day": message("Can start on {start}, the first day."),
    "start_when_available": message("Available from {day}; the job starts {start}, at the latest {latest}: in time."),
    "available_too_late": message("Available from {day}; the latest start is {latest}: too late."),
    "start_after_promise": message(
        "Enrolled in cohort {cohort} until {end}, so can start on {day}, at the latest {latest}: in time."
    ),
    "promise_too_late": message("Enrolled in cohort {cohort} until {end}; the latest start is {latest}: too late."),
    "available_without_end": message("No last day for starting a job."),
    "available_long_enough": message("Can start a job until {until}; the start is {day}: in time."),
    "available_not_long_enough": message("Can start a job until {until}; the start is {day}: too late."),
    # group
    "group_not_asked": message("Open to everybody."),
    "group_member": message("Member of {group}."),
    "group_member_until": message("Member of {group} until {until}; the start is {day}: counts."),
    "group_ended": message("Member of {group} until {until}; the start is {day}: ended before the start."),
    "group_other": message("Open to {wanted}; the candidate belongs to {held}."),
    "group_none": message("Open to {wanted}; the candidate belongs to no target group."),
    # occupation, extent, distance
    "occupation_any": message("The candidate accepts every occupation."),
    "occupation_not_stated": message("The vacancy states no occupation."),
    "occupation_accepted": message("Occupation {occupation} is among those accepted ({accepted})."),
    "occupation_not_accepted": message("Occupation {occupation} is not among those accepted ({accepted})."),
    "extent_possible": message("{needed} percent of full time; the candidate can work {possible} percent."),
    "extent_too_much": message("{needed} percent of full time; the candidate can work only {possible} percent."),
    "distance_without_limit": message("The candidate sets no limit."),
    "distance_no_place": message("The vacancy states no place."),
    "distance_unknown": message("The coordinates of a place are not known."),
    "distance_near_enough": message("{km} km away, at most {limit} km."),
    "distance_too_far": message("{km} km away, more than {limit} km."),
    # skill
    "skill_not_asked": message("No skill is required."),
    "skill_held": message("{skill}: held."),
    "skill_held_until": message("{skill}: held, valid until {until}; the start is {day}."),
    "skill_granted": message(
        "{skill}: granted by {course}, cohort {cohort} ends {end}, start {day}, latest start {latest}: in time."
    ),
    "skill_promised": message(
        "{skill}: granted by {course}, cohort {cohort}, in which the candidate is enrolled, ends {end}, start {day}."
    ),
    "skill_missing": message("{skill}: not held, and no cohort grants it in time."),
    "skill_missing_grantable": message("{skill}: not held; a cohort grants it in time."),
    "skill_expires": message(
        "{skill}: valid until {until}, start {day}: expires before the start, and no cohort renews it in time."
    ),
    "skill_expires_grantable": message(
        "{skill}: valid until {until}, start {day}: expires before the start; a cohort renews it in time."
    ),
    "skill_level_too_low": message(
        "{skill}: level {level} held, level {needed} required, and no cohort grants it in time."
    ),
    "skill_level_too_low_grantable": message(
        "{skill}: level {level} held, level {needed} required; a cohort grants it in time."
    ),
    # route
    "route_not_needed": message("No training is needed."),
    "route_found": message("By cohort {cohorts}."),
    "route_not_together": message(
        "Each missing skill can be had in time, but no chain of at most {limit} cohorts gives them all."
    ),
    "cohort_no_training": message("the candidate takes no training in this plan"),
    "cohort_cancelled": message("was cancelled"),
    "cohort_running": message("began {start} and takes nobody new"),
    "cohort_before_available": message("starts {start}, but the candidate is available from {available}"),
    "cohort_too_far": message("{km} km away, more than {limit} km"),
    "cohort_overlaps": message("overlaps cohort {other}, in which the candidate is enrolled"),
    "cohort_prerequisite": message("presumes {skill} on {start}, which the candidate does not hold then"),
    "cohort_ends_late": message("ends {end}, the latest start is {latest}: too late"),
    "cohort_ends_after_stay": message("ends {end}, but the candidate can start a job only until {until}"),
    "cohort_outlasts_group": message("ends {end}, but membership of {group} ends {until}"),
    # decision
    "decision_none": message("The plan knew of no decision about this pair."),
    "decision_pinned": message("Pinned by a person's decision."),
    "decision_pinned_because": message("Pinned by a person's decision: {reason}"),
    "decision_accepted": message("Already accepted."),
    "decision_accepted_because": message("Already accepted: {reason}"),
    "decision_forbidden": message("Ruled out by a person's decision."),
    "decision_forbidden_because": message("Ruled out by a person's decision: {reason}"),
    # promises
    "breach_closed": message("Had accepted {place}, whose contract takes nobody any more."),
    "breach_ineligible": message("Had accepted {place}, which is not possible any more."),
    "breach_conflict": message("Had accepted {place}, but other promises leave no room for it."),
    "breach_cancelled": message("Had a seat in cohort {place}, which was cancelled."),
    # what the plan does
    "plan_score_given": message("Counts {score}, as whoever scored it says."),
    "plan_score": message(
        "Counts {score}: a chance of {lasts} percent to last, times {completes} percent to complete the training, "
        "times {priority} for {months} months out of work."
    ),
    "plan_starts_late": message(
        "Starts {days} days after the first day; the policy takes {percent} percent off the placement's weight for it."
    ),
    "plan_positions_taken": message("Eligible, but every position ({positions}) is filled in this plan."),
    "plan_placed_elsewhere": message("Eligible, but placed in another vacancy."),
    "plan_cohort_full": message("Eligible, but cohort {cohort} is full ({enrolled} of {seats} seats)."),
    "plan_cohort_not_running": message("Eligible, but cohort {cohort} does not run in this plan."),
    "plan_budget_spent": message("Eligible, but budget {budget} does not reach: {left} kronor are left."),
    "plan_resource_used": message("Eligible, but resource {resource} does not reach: {left} are left."),
    "plan_hours_taken": message("Eligible, but the placements of this plan leave too few working hours."),
    "plan_training_taken": message(
        "Eligible, but the training does not fit beside the training and the placements of this plan."
    ),
    "plan_quota_reached": message("Eligible, but one more placement would break quota {quota}."),
}

UNFILLED: dict[UnfilledCode, str] = {
    "closed": message("The contract has ended or was cancelled."),
    "no_eligible": message("Nobody is eligible."),
    "decision": message("Nobody is eligible: those who meet every other rule are ruled out by people's decisions."),
    "all_placed_here": message("Everybody who is eligible is already placed here."),
    "placed_elsewhere": message("Everybody else who is eligible is placed elsewhere in this plan."),
    "seats": message("Those who are eligible and free need a seat in a cohort that is full."),
    "not_running": message("Those who are eligible and free need a cohort that does not run in this plan."),
    "budget": message("Those who are eligible and free need training that the budget no longer pays."),
    "resource": message("Those who are eligible and free need more of a resource than is left."),
    "hours": message("Those who are eligible and free have too few working hours left beside other placements."),
    "training": message("Those who are eligible and free cannot take the training beside all that is planned."),
    "quota": message("Placing those who are eligible and free would break a quota."),
    "several": message("Those who are eligible and free are kept out by cohorts, budgets, resources or quotas."),
    "unproven": message("No single rule explains this; somebody eligible is free and could be asked."),
}

LIMITS: dict[BlockerKind, tuple[str, str]] = {
    "seats": plural_message(
        "{count} person needs a seat in cohort {name}, which is full.",
        "{count} people need a seat in cohort {name}, which is full.",
    ),
    "not_running": plural_message(
        "{count} person needs cohort {name}, which does not run in this plan.",
        "{count} people need cohort {name}, which does not run in this plan.",
    ),
    "budget": plural_message(
        "{count} person needs more than budget {name} has left.",
        "{count} people need more than budget {name} has left.",
    ),
    "resource": plural_message(
        "{count} person needs more than resource {name} has left.",
        "{count} people need more than resource {name} has left.",
    ),
    "hours": plural_message(
        "{count} person has too few working hours left for {name}.",
        "{count} people have too few working hours left for {name}.",
    ),
    "training": plural_message(
        "{count} person cannot take the training for {name} beside all that is planned.",
        "{count} people cannot take the training for {name} beside all that is planned.",
    ),
    "quota": plural_message("{count} person would break quota {name}.", "{count} people would break quota {name}."),
}
