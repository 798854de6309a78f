"""Names of the target groups that municipalities use most; a group of another name is shown as it is written."""

from __future__ import annotations

from matcher.languages.phrases import Phrases, message

GROUP_NAMES = {
    "disabled": message("people with disabilities"),
    "foreign_born": message("people born abroad"),
    "long_term_unemployed": message("long-term unemployed"),
    "newly_arrived": message("newly arrived"),
    "youth": message("young people"),
}


def group_name(group: str, say: Phrases) -> str:
    """Return the name of a target group."""
    return say.text(GROUP_NAMES[group]) if group in GROUP_NAMES else group
