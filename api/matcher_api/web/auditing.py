"""The page of the audit log, for auditors: who saw, changed, ran and decided what, when and why; also as a workbook."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from matcher.languages import Language, Phrases, message, phrases
from matcher.service.apart import has_long_log, reading_apart
from matcher.service.lists import Condition, Wanted, list_page
from matcher.store import AuditEntry, Session
from matcher.whatif.study import StudyColumn, StudyTable
from matcher_api.web.asked import Desks, Kept
from matcher_api.web.log_names import log_id, log_name
from matcher_api.web.log_words import ACTIONS, ENTITIES
from matcher_api.web.rendering import page, reader_of
from matcher_api.web.workbooks import answer_of, written

router = APIRouter(include_in_schema=False)

ON_A_PAGE = 50
MOST_ROWS = 50_000  # of a workbook
_WRITTEN_DAY = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(T(?P<time>\d\d:\d\d)\S*)?")
Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What somebody looks for in the log; empty for everything."""

    actor: str = ""
    action: str = ""
    entity: str = ""
    entity_id: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def conditions(self) -> list[Condition]:
        """Return it as conditions of a list."""
        equal = {"actor": self.actor, "action": self.action, "entity": self.entity, "entity_id": self.entity_id}
        found = [Condition(column=name, comparison="equal", value=value) for name, value in equal.items() if value]
        if self.since is not None:
            found.append(Condition(column="at", comparison="at_least", value=_begin(self.since)))
        if self.until is not None:
            last = _begin(self.until) + timedelta(days=1) - timedelta(microseconds=1)
            found.append(Condition(column="at", comparison="at_most", value=last))
        return found

    @property
    def query(self) -> str:
        """Return it as the query of an address."""
        given = {
            "actor": self.actor,
            "action": self.action,
            "entity": self.entity,
            "entity_id": self.entity_id,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return urlencode({name: value for name, value in given.items() if value})


def _looked(
    actor: Text = "", action: Text = "", entity: Text = "", entity_id: Text = "", since: Text = "", until: Text = ""
) -> Looked:
    """Return what is looked for; a day that cannot be read is none."""
    return Looked(
        actor=actor.strip(),
        action=action.strip(),
        entity=entity.strip(),
        entity_id=log_id(entity_id.strip()),
        since=_day(since),
        until=_day(until),
    )


Asked = Annotated[Looked, Depends(_looked)]


@router.get("/audit")
def log(
    request: Request,
    store: Kept,
    desks: Desks,
    looked: Asked,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> HTMLResponse:
    """The last entries that fit, the newest first."""
    say = reader_of(request)
    after = None if before is None else (None, before)
    wanted = Wanted(conditions=looked.conditions, is_descending=True, after=after, limit=ON_A_PAGE)
    with store.reading() as session:
        found = list_page(session, "audit_log", wanted)
    following = found.mark[1] if found.mark else None
    desk = desks.desk()
    return page(
        request,
        "audit.html.jinja",
        entries=found.items,
        looked=looked,
        before=before,
        following=following,
        actions=ACTIONS,
        entities=ENTITIES,
        facts=lambda entry: facts_text(entry, say),
        named=lambda entry: log_name(entry.entity, entry.entity_id, desk),
    )


@router.get("/excel/audit")
def workbook(request: Request, store: Kept, looked: Asked) -> Response:
    """The entries that fit as a workbook, the newest first."""
    content = reading_apart(store, _workbook, looked, reader_of(request).language, is_large=has_long_log)
    return answer_of(content, "audit-log")


def _workbook(session: Session, looked: Looked, language: Language) -> bytes:
    wanted = Wanted(conditions=looked.conditions, is_descending=True, limit=MOST_ROWS)
    found = list_page(session, "audit_log", wanted)
    return written([sheet_of(found.items, phrases(language))])


def facts_text(entry: AuditEntry, say: Phrases) -> str:
    """Return what an entry tells beside its columns, in one line."""
    return ", ".join(f"{name}: {_told(value, say)}" for name, value in entry.facts.items() if value is not None)


def _told(value: object, say: Phrases) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    found = _WRITTEN_DAY.fullmatch(value)
    day = _day(found["day"]) if found else None
    if found is None or day is None:
        return value
    return f"{say.day(day)} {found['time']}" if found["time"] else say.day(day)


def sheet_of(entries: Sequence[AuditEntry], say: Phrases) -> StudyTable:
    """Return entries as a sheet."""
    titles = (
        message("Entry"),
        message("When (UTC)"),
        message("Who"),
        message("What"),
        message("Of what kind"),
        message("Which"),
        message("Why"),
        message("More"),
        message("Hash"),
    )
    rows = tuple(
        (
            one.entry,
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            one.actor,
            say.text(ACTIONS[one.action]) if one.action in ACTIONS else one.action,
            say.text(ENTITIES[one.entity]) if one.entity in ENTITIES else one.entity,
            log_name(one.entity, one.entity_id, None).name or None,
            one.reason,
            facts_text(one, say) or None,
            one.hash,
        )
        for one in entries
    )
    columns = tuple(StudyColumn(name=str(number), title=say.text(title)) for number, title in enumerate(titles))
    return StudyTable(name="audit", title=say.text("The audit log"), columns=columns, rows=rows)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None
