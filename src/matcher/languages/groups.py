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


def who_counts(group: str | None, months_out_of_work: int | None, say: Phrases) -> str:
    """Return who counts for a quota: a target group, those who have been out of work for so long, or who is both."""
    if months_out_of_work is None:
        return "" if group is None else group_name(group, say)
    if group is None:
        return say.text("people out of work for {months} months or more", months=months_out_of_work)
    name = group_name(group, say)
    return say.text("{group}, out of work for {months} months or more", group=name, months=months_out_of_work)
