"""What an entry of the audit log is about, as its page names it, and the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from matcher.service.desk import Desk

_BETWEEN = "|"  # in the log itself, whose entries are never rewritten
_SAID = " – "


@dataclass(frozen=True, slots=True, kw_only=True)
class LogName:
    """The name of what an entry is about, and the address of its page; ``None`` where there is none now."""

    name: str
    address: str | None = None


def log_name(entity: str, entity_id: str | None, desk: Desk | None) -> LogName:
    """Return what an entry is about.

    Parameters
    ----------
    entity : str
        The kind of thing.
    entity_id : str or None
        As it stands in the log.
    desk : Desk or None
        Who and what is there now: what was removed since has no page any more.
    """
    if entity_id is None:
        return LogName(name="")
    if entity == "pairs":
        return _pair(entity_id, desk)
    if desk is not None and entity in ("candidates", "cases") and entity_id in desk.reading.people:
        return LogName(name=entity_id, address=f"/candidates/{quote(entity_id, safe='')}")
    if desk is not None and entity == "vacancies" and entity_id in desk.reading.places:
        return LogName(name=entity_id, address=f"/vacancies/{quote(entity_id, safe='')}")
    return LogName(name=entity_id)


def log_id(typed: str) -> str:
    """Return what is looked for as the log has it: a pair may be copied from the page."""
    return typed.replace(_SAID, _BETWEEN)


def _pair(entity_id: str, desk: Desk | None) -> LogName:
    """Return a pair by its two ids; where these have bars of their own, those that are there tell where it parts."""
    parts = entity_id.split(_BETWEEN)
    for place in range(1, len(parts)):
        candidate, vacancy = _BETWEEN.join(parts[:place]), _BETWEEN.join(parts[place:])
        if desk is not None and candidate in desk.reading.people and vacancy in desk.reading.places:
            address = f"/vacancies/{quote(vacancy, safe='')}/people/{quote(candidate, safe='')}"
            return LogName(name=f"{candidate}{_SAID}{vacancy}", address=address)
    return LogName(name=_SAID.join(parts) if len(parts) == 2 else entity_id)
