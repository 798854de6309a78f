"""Changes in words: what kind each is, and its values as they were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from matcher.languages import Phrases, message
from matcher.problem.changes import Change

KINDS = {
    "add_budget": message("budget added"),
    "add_candidate": message("candidate added"),
    "add_cohort": message("cohort added"),
    "add_contract": message("contract added"),
    "add_course": message("course added"),
    "add_quota": message("quota added"),
    "add_requirement": message("requirement added"),
    "add_vacancy": message("vacancy added"),
    "cancel_cohort": message("cohort cancelled"),
    "change_budget": message("money changed"),
    "change_candidate": message("candidate changed"),
    "change_cohort": message("cohort changed"),
    "change_obligation": message("obligation changed"),
    "change_policy": message("policy changed"),
    "change_positions": message("positions changed"),
    "change_quota": message("quota changed"),
    "change_resource": message("resource changed"),
    "change_seats": message("seats changed"),
    "copy_cohort": message("cohort copied"),
    "drop_quota": message("quota dropped"),
    "drop_requirement": message("requirement dropped"),
    "forbid_pair": message("pair forbidden"),
    "give_skill": message("skill given"),
    "lose_contract": message("contract lost"),
    "lower_requirement": message("requirement at another level"),
    "more_candidates": message("more candidates"),
    "move_cohort": message("cohort moved"),
    "move_contract": message("contract moved"),
    "move_vacancy": message("vacancy moved"),
    "pin_pair": message("pair pinned"),
    "remove_candidate": message("candidate left"),
    "replace_policy": message("policy replaced"),
    "withdraw_decision": message("decision withdrawn"),
}


def change_text(change: Change, say: Phrases) -> str:
    """Return a change in words: its kind, and each value that it names."""
    values = ", ".join(f"{name} {value}" for name, value in _values(change, say))
    return f"{say.text(KINDS[change.kind])}: {values}" if values else say.text(KINDS[change.kind])


def _values(change: Change, say: Phrases) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for field in fields(change):  # type: ignore[arg-type]
        value: Any = getattr(change, field.name)
        if value is None or value == ():
            continue
        if isinstance(value, Mapping):
            found += [(name, say.value(inner)) for name, inner in value.items()]
        elif hasattr(value, "__dataclass_fields__"):  # a whole row: its id says which
            name = next(iter(value.__dataclass_fields__))
            found.append((name, say.value(getattr(value, name))))
        elif not (isinstance(value, tuple) and hasattr(value[0], "__dataclass_fields__")):
            found.append((field.name, say.value(value)))
    return found
