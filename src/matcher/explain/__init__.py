"""Why a candidate is placed where, why not, and why a position stayed open: facts, and texts in two languages."""

from matcher.explain.candidate import explain_candidate, explain_pair_in_plan, taken_route
from matcher.explain.crowd import Crowd
from matcher.explain.document import to_document
from matcher.explain.effects import PlanReading
from matcher.explain.facts import (
    RULES,
    Blocker,
    CandidateExplanation,
    Eligible,
    Fact,
    Offer,
    PairExplanation,
    PairInPlan,
    PlacedCandidate,
    PlanEffect,
    Route,
    Rule,
    RuleCount,
    Step,
    UnfilledCode,
    UnfilledReason,
    VacancyExplanation,
    VacancyName,
)
from matcher.explain.pair import explain_pair
from matcher.explain.plan_difference import PlanDifference, plan_difference
from matcher.explain.reading import Reading
from matcher.explain.texts import (
    breach_text,
    candidate_lines,
    excluded_text,
    fact_text,
    pair_in_plan_lines,
    pair_lines,
    rule_name,
    unfilled_details,
    unfilled_text,
    vacancy_lines,
)
from matcher.explain.unfilled import unfilled_reasons
from matcher.explain.vacancy import explain_vacancy

__all__ = [
    "RULES",
    "Blocker",
    "CandidateExplanation",
    "Crowd",
    "Eligible",
    "Fact",
    "Offer",
    "PairExplanation",
    "PairInPlan",
    "PlacedCandidate",
    "PlanDifference",
    "PlanEffect",
    "PlanReading",
    "Reading",
    "Route",
    "Rule",
    "RuleCount",
    "Step",
    "UnfilledCode",
    "UnfilledReason",
    "VacancyExplanation",
    "VacancyName",
    "breach_text",
    "candidate_lines",
    "excluded_text",
    "explain_candidate",
    "explain_pair",
    "explain_pair_in_plan",
    "explain_vacancy",
    "fact_text",
    "pair_in_plan_lines",
    "pair_lines",
    "plan_difference",
    "rule_name",
    "taken_route",
    "to_document",
    "unfilled_details",
    "unfilled_reasons",
    "unfilled_text",
    "vacancy_lines",
]
