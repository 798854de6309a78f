"""The audit log for auditors: who saw, changed, ran and decided what, when and why; and its head, to be anchored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from matcher.service.lists import Wanted, list_page
from matcher.store import last_entry
from matcher_api.database import Db
from matcher_api.documents import guarded
from matcher_api.fields import Answered
from matcher_api.paging import next_cursor, wanted_from
from matcher_api.schemas_work import Page

router = APIRouter(tags=["audit log"])
_wanted = wanted_from("audit_log")


class AuditEntryDocument(Answered):
    """Who did what when and why."""

    entry: int
    at: datetime
    actor: str
    action: str
    entity: str
    entity_id: str | None
    reason: str | None
    facts: Mapping[str, Any]
    hash: str


class HeadDocument(Answered):
    """The last entry: kept elsewhere, it tells later whether the log was cut off or written anew."""

    entry: int
    hash: str
    at: datetime


@router.get("/audit-log", summary="List entries of the audit log", responses=guarded())
def entries(store: Db, wanted: Annotated[Wanted, Depends(_wanted)]) -> Page[AuditEntryDocument]:
    """List who saw, changed, ran and decided what; `sort=-entry` has the last first."""
    with store.reading() as session:
        page = list_page(session, "audit_log", wanted)
    items = [AuditEntryDocument.model_validate(each) for each in page.items]
    return Page(items=items, next_cursor=next_cursor(page, wanted))


@router.get("/audit-log/head", summary="Read the head of the audit log", responses=guarded())
def head(store: Db) -> HeadDocument:
    """Return number and hash of the last entry, to be kept where whoever can change the database cannot."""
    with store.reading() as session:
        (entry, last), at = last_entry(session), session.now
    return HeadDocument(entry=entry, hash=last, at=at)
