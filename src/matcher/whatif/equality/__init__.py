"""Equality: who is selected at which rate by group, what each hard rule does to that, and what would be without it.

For auditors alone. Attributes of people stand in files of their own, which no plan is ever made from.
"""

from matcher.whatif.equality.attributes import Attribute, attributes_of_groups, attributes_of_table
from matcher.whatif.equality.audit import EqualityAudit, Outcome, WithoutRule, equality_audit
from matcher.whatif.equality.dropping import RULE_KEYS, rules_of, without_rule
from matcher.whatif.equality.rates import GroupRate, Reading, impact_ratio, rates_of
from matcher.whatif.equality.requirements import RequirementEffect, shut_out_by

__all__ = [
    "RULE_KEYS",
    "Attribute",
    "EqualityAudit",
    "GroupRate",
    "Outcome",
    "Reading",
    "RequirementEffect",
    "WithoutRule",
    "attributes_of_groups",
    "attributes_of_table",
    "equality_audit",
    "impact_ratio",
    "rates_of",
    "rules_of",
    "shut_out_by",
    "without_rule",
]
