"""The keys of a policy, and the policy that they make: the same from TOML, from JSON and from a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.formats.fault_log import FaultLog
from matcher.formats.headers import close_to
from matcher.formats.json_text import described
from matcher.formats.kinds import DECIMAL, INTEGER, LIST, NUMBER, TEXT, BadCell, Kind
from matcher.formats.schema import Column
from matcher.formats.table_reading import fault_of_cell
from matcher.problem import FORMAT_VERSION, TIERS, OutcomePrior, Policy

DEFAULT = Policy()


def _key(name: str, kind: Kind, example: str, meaning: str, words: tuple[str, ...] = ()) -> Column:
    return Column(name=name, kind=kind, example=example, meaning=meaning, words=words)


KEYS: tuple[Column, ...] = (
    _key("version", INTEGER, "1", "Version of the format."),
    _key("name", TEXT, "default", "What the policy is called."),
    _key("tiers", LIST, ";".join(TIERS), "Aims, the most important first; one left out is not pursued.", TIERS),
    _key("max_route_length", INTEGER, "3", "Most cohorts in one route, 0 to 3."),
    _key("max_trainings_total", INTEGER, "200", "Most new enrolments of everybody together; absent: no limit."),
    _key("shortfall_weight.required", DECIMAL, "1", "Person equivalents per owed unit that the contract requires."),
    _key("shortfall_weight.dialogue", DECIMAL, "0.25", "The same where it was agreed in dialogue."),
    _key("shortfall_weight.hard_quota", DECIMAL, "10", "Person equivalents per person missing from a hard minimum."),
    _key("shortfall_weight.breach", DECIMAL, "10", "Person equivalents per promise that no plan can keep any more."),
    _key("unit_weight.persons", DECIMAL, "1", "Person equivalents of one person."),
    _key("unit_weight.person_months", DECIMAL, "0.08333333", "Of one person-month."),
    _key("unit_weight.hours", DECIMAL, "0.00050505", "Of one hour."),
    _key("unit_weight.credit", DECIMAL, "1", "Of one credit."),
    _key("hours_per_month", DECIMAL, "165", "Working hours of a full-time month."),
    _key("credit.GROUP", DECIMAL, "1.5", "Credit per full-time month of that target group; one key for each group."),
    _key("priority_per_year", DECIMAL, "0.1", "Added weight per year out of work."),
    _key("priority_max_years", DECIMAL, "3", "Years beyond this add nothing more."),
    _key("lateness_per_week", DECIMAL, "0", "Share of the weight lost per week between start date and start."),
    _key("outcome.intercept", NUMBER, "0.1", "Forecast: its level."),
    _key("outcome.nice_share", NUMBER, "0.8", "Forecast: times the share of nice skills held."),
    _key("outcome.per_10_km", NUMBER, "-0.08", "Forecast: times the distance in tens of km."),
    _key("outcome.apprenticeship", NUMBER, "0.1", "Forecast: added for an apprenticeship."),
    _key("outcome.internship", NUMBER, "-0.4", "Forecast: added for an internship."),
    _key("outcome.part_time", NUMBER, "-0.3", "Forecast: times the share of full time that is missing."),
)
KEY_BY_NAME = {key.name: key for key in KEYS}
SECTIONS = ("shortfall_weight", "unit_weight", "credit", "outcome")
_ANY_GROUP = KEY_BY_NAME["credit.GROUP"]

Locate = Callable[[Fault, str], Fault]


def key_of(name: str) -> Column | None:
    """Return the key of a name such as ``credit.youth``, or ``None``."""
    if name.startswith("credit.") and name != "credit.":
        return replace(_ANY_GROUP, name=name)
    return KEY_BY_NAME.get(name)


def flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a document's sections under names with a point."""
    entries: dict[str, Any] = {}
    for name, value in document.items():
        if name in SECTIONS and isinstance(value, dict):
            entries |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            entries[name] = value
    return entries


def policy_from(
    entries: Mapping[str, Any], value_of: Callable[[Column, Any], Any], locate: Locate, log: FaultLog
) -> Policy:
    """Return the policy that some keys make, the others at their defaults; faults go to the log.

    Parameters
    ----------
    entries : mapping of key to what stands there
    value_of : callable
        From a key and what stands there to the value; raises `BadCell`.
    locate : callable
        Adds the place of a key to a fault.
    log : FaultLog
    """
    values: dict[str, Any] = {}
    for name, found in entries.items():
        key = key_of(name)
        if key is None:
            log.add(locate(_unknown_key(name, found), name))
            continue
        try:
            values[name] = value_of(key, found)
        except BadCell as error:
            log.add(locate(replace(fault_of_cell(error, name, found), table="policy"), name))
    check_version(values.pop("version", FORMAT_VERSION), lambda fault: locate(fault, "version"))
    return _valid(values, locate, log)


def check_version(version: int, locate: Callable[[Fault], Fault]) -> None:
    """Raise `InvalidInput` for a version that is not known, whatever else may be wrong."""
    if version != FORMAT_VERSION:
        raise InvalidInput(
            [
                locate(
                    Fault(
                        code="unknown_version",
                        field="version",
                        value=version,
                        must=f"be of format version {FORMAT_VERSION}",
                        remedy="Read it with the release of Matcher that wrote it, or correct the version.",
                    )
                )
            ]
        )


def _valid(values: dict[str, Any], locate: Locate, log: FaultLog) -> Policy:
    """Make the policy, leaving out what its own rules refuse."""
    for _ in range(len(values) + 1):
        try:
            return _policy(values)
        except InvalidInput as error:
            for fault in error.faults:
                log.add(locate(fault, fault.field or ""))
                for name in [name for name in values if name == fault.field or name.startswith(f"{fault.field}.")]:
                    del values[name]
    return DEFAULT


def _policy(values: Mapping[str, Any]) -> Policy:
    simple = {name: value for name, value in values.items() if "." not in name}
    sections: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for name, value in values.items():
        section, point, inner = name.partition(".")
        if point:
            sections[section][inner] = value
    return Policy(
        **simple,
        shortfall_weight={**DEFAULT.shortfall_weight, **sections["shortfall_weight"]},
        unit_weight={**DEFAULT.unit_weight, **sections["unit_weight"]},
        credit=sections["credit"],
        outcome=OutcomePrior(**sections["outcome"]),
    )


def _unknown_key(name: str, found: Any) -> Fault:
    names = [key.name for key in KEYS]
    if name in SECTIONS:
        return Fault(
            code="wrong_type",
            table="policy",
            field=name,
            value=described(found),
            must=f"have {name} as a section of its own keys",
            remedy=f"Write the keys of {name} one by one.",
        )
    return Fault(
        code="unknown_key",
        table="policy",
        field=name,
        value=name,
        must=f"have only the keys {', '.join(names)}",
        remedy="Correct the key or remove it." + close_to(name, names),
    )
