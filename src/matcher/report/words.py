"""The words of a report: names of units, aims and states, in English; the catalogues hold the translations."""

from __future__ import annotations

from matcher.explain import UnfilledCode
from matcher.languages import message

UNITS = {
    "persons": message("people"),
    "hours": message("hours"),
    "person_months": message("person-months"),
    "credit": message("credit"),
}

DIALOGUE = message("agreed in dialogue")

COHORT_STATUSES = {
    "running": message("has begun"),
    "planned": message("planned"),
    "cancelled": message("cancelled"),
    "opened": message("opened by this plan"),
    "not_running": message("does not run in this plan"),
}

AIMS = {
    "shortfall": message("Obligations not met"),
    "placements": message("Placements expected to last"),
    "cost": message("Cost of training"),
    "changes": message("Changes against the published plan"),
    "tie_break": message("Draw between equal plans"),
}

AIM_UNITS = {
    "shortfall": message("person equivalents"),
    "placements": message("placements"),
    "cost": message("kronor"),
    "changes": message("changes"),
    "tie_break": message("drawn numbers"),
}

AIM_MEANINGS = {
    "shortfall": message(
        "As little as possible of what contracts owe is left out; dialogue counts less than a demand."
    ),
    "placements": message(
        "Each placement counts with the chance that it lasts, and more the longer somebody has waited."
    ),
    "cost": message("Among plans that are equal so far, the one that costs least."),
    "changes": message("Among plans that are equal so far, the one that changes least for people."),
    "tie_break": message(
        "Plans that are equal in every aim are told apart by a draw that the ids fix, not the alphabet."
    ),
}

UNFILLED_HEADINGS: dict[UnfilledCode, str] = {
    "closed": message("The contract is closed"),
    "no_eligible": message("Nobody is eligible"),
    "decision": message("Ruled out by people's decisions"),
    "all_placed_here": message("Everybody eligible is already placed there"),
    "placed_elsewhere": message("Everybody eligible is placed elsewhere"),
    "seats": message("The cohorts that are needed are full"),
    "not_running": message("The cohorts that are needed do not run"),
    "budget": message("The budget does not reach"),
    "resource": message("A resource is used up"),
    "hours": message("Too few working hours are left"),
    "training": message("The training does not fit beside all that is planned"),
    "quota": message("A quota stands in the way"),
    "several": message("Several limits stand in the way"),
    "unproven": message("No single rule explains it"),
}
NO_REASON_HEADING = message("Not examined")
