"""OCDS: releases of one contracting process are merged, and each award becomes a contract.

Releases come in packages, records, alone, or one per line. Those with the same ocid are merged by the rules of the
standard (ocdsmerge), in the order of their dates and over all files of one import.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from datetime import date

from ocdsmerge import Merger
from ocdsmerge.exceptions import DuplicateIdValueWarning, OCDSMergeError

from matcher.sources.awards import (
    AwardedContract,
    Clauses,
    Duration,
    LotFacts,
    NoticeFacts,
    Period,
    record_of_contracts,
)
from matcher.sources.cells import cpv_code, is_withheld, plain, safe_id, whole_number
from matcher.sources.days import written_day
from matcher.sources.json_values import Json, as_object, objects
from matcher.sources.rows import Record, Skipped

# Given in full, so that merging needs neither the published schema nor a network.
_MERGE_RULES = {
    ("parties", "roles"): "wholeListMerge",
    ("awards", "relatedLots"): "wholeListMerge",
    ("contracts", "relatedLots"): "wholeListMerge",
    ("tender", "lots", "sustainability"): "wholeListMerge",
}
_STATUS_OF_AWARD = {"cancelled": "cancelled", "active": "awarded", "pending": "awarded"}
_STATUS_OF_CONTRACT = {
    "pending": "awarded",
    "active": "active",
    "cancelled": "cancelled",
    "terminated": "ended",
    "complete": "ended",
}
# Goals of the sustainability extension by the eForms codes that they stand for (EU profile of OCDS).
_SOCIAL_BY_GOAL = {
    "social.accessibility": "acc-all",
    "social.ethnicEquality": "et-eq",
    "social.genderEquality": "gen-eq",
    "social.humanRightsInSupplyChain": "hum-right",
    "social.disadvantagedEmploymentOpportunities": "opp",
    "social.laborRightsPromotion": "work-cond",
}
_STRATEGIC_BY_GOAL = {"environmental": "env-imp", "economic.innovativePurchase": "inn-pur", "social": "soc-obj"}
_UNSUCCESSFUL = ("unsuccessful", "withdrawn")


def merged(releases: list[Json]) -> Json:
    """Return the compiled release of lean releases that are in the order of their dates.

    Raises
    ------
    OCDSMergeError
        When a field has one type in one release and another in the next.
    """
    if len(releases) == 1:
        return releases[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DuplicateIdValueWarning)
        compiled: Json = Merger(merge_rules=_MERGE_RULES).create_compiled_release(releases)
    return compiled


def read_process(ocid: str, releases: list[Json], name: str) -> Iterator[Record | Skipped]:
    """Yield the record of one contracting process and what of it was not taken.

    Parameters
    ----------
    ocid : str
    releases : list of lean releases
        In the order of their dates.
    name : str
        The file as the report names it.
    """
    position = f"process {plain(ocid, 80)}"
    try:
        process = merged(releases)
    except (OCDSMergeError, TypeError, AttributeError) as error:
        yield Skipped(
            file=name,
            position=position,
            code="cannot_merge",
            what=f"its {len(releases)} releases cannot be merged ({plain(error, 160)})",
            remedy="Ask the publisher, or import its compiled release instead.",
        )
        return
    if not process.get("awards") and not process.get("contracts"):
        yield Skipped(
            file=name,
            position=position,
            code="no_award",
            what="it has no award and no contract",
            remedy="Import the process again when it has been awarded.",
            kind="not_applicable",
        )
        return
    contracts: list[AwardedContract] = []
    for award, agreement, key in _agreements(process):
        status = award.get("status") or ""
        if status in _UNSUCCESSFUL:
            yield Skipped(
                file=name,
                position=f"{position} award {plain(key, 80)}",
                code="no_winner",
                what=f"the award is {status}",
                remedy="Nothing needs doing.",
                kind="not_applicable",
            )
            continue
        contracts.append(_contract(process, ocid, award, agreement, key))
    yield record_of_contracts(contracts, safe_id(ocid), str(process.get("date") or ""), states_all=False)


def _agreements(process: Json) -> Iterator[tuple[Json, Json, str]]:
    """Yield award, contract and key; an award's first contract has the award's own key, further ones add theirs.

    An award without contract, and a contract without award, come with an empty object in the other's place.
    """
    awards = {award["id"]: award for award in process.get("awards") or []}
    contracts_by_award: dict[str, list[Json]] = {award_id: [] for award_id in awards}
    for contract in process.get("contracts") or []:
        award_id = contract.get("awardID") or (next(iter(awards)) if len(awards) == 1 else "")
        contracts_by_award.setdefault(award_id, []).append(contract)
    for award_id, contracts in contracts_by_award.items():
        award = awards.get(award_id, {})
        for number, contract in enumerate(contracts or [{}]):
            own = f"contract-{contract['id']}" if not award_id else f"{award_id}-{contract.get('id')}"
            yield award, contract, award_id if award_id and number == 0 else own


def _contract(process: Json, ocid: str, award: Json, agreement: Json, key: str) -> AwardedContract:
    tender = as_object(process.get("tender"))
    lot_ids = agreement.get("relatedLots") or award.get("relatedLots") or []
    lots = [lot for lot in objects(tender.get("lots")) if lot.get("id") in lot_ids]
    suppliers = agreement.get("suppliers") or award.get("suppliers") or []
    withheld = "the release names no supplier" if not suppliers else "the release withholds the supplier's name"
    return AwardedContract(
        contract_id=_contract_id(ocid, key),
        notice=NoticeFacts(
            source="ocds",
            notice_id=safe_id(ocid),
            original_notice_id=safe_id(ocid),
            kind="contract" if agreement else "award",
            procedure_id=plain(ocid, 120),
            published=str(process.get("date") or ""),
            language=plain(process.get("language"), 10),
        ),
        lot=LotFacts(
            lot_id="+".join(lot_ids),
            title=award.get("title") or _only(lot.get("title") for lot in lots) or tender.get("title") or "",
            cpv=_cpv(agreement, award, tender),
            period=_period(agreement, award, lots, tender),
            clauses=_clauses(lots, tender),
        ),
        buyers=_buyers(process, tender),
        suppliers=_names(suppliers, process),
        title=agreement.get("title") or "",
        status=_status(award, agreement),
        awarded=_day(award.get("date")),
        concluded=_day(agreement.get("dateSigned")),
        why_no_supplier=withheld,
    )


def _contract_id(ocid: str, key: str) -> str:
    """Return ocid and award id; many publishers begin the award id with the ocid already."""
    return safe_id(key) if key.startswith(ocid) and key != ocid else safe_id(ocid, key)


def _only(values: Iterable[str | None]) -> str:
    different = {value for value in values if value}
    return different.pop() if len(different) == 1 else ""


def _status(award: Json, agreement: Json) -> str:
    if (award.get("status") or "") == "cancelled":
        return "cancelled"
    for word in (agreement.get("status"), agreement.get("finalStatus")):
        if word in _STATUS_OF_CONTRACT:
            return _STATUS_OF_CONTRACT[word]
    return _STATUS_OF_AWARD.get(award.get("status") or "", "awarded")


def _names(references: list[Json], process: Json) -> tuple[str, ...]:
    """Return names from references to organisations, looked up among the parties where they have none."""
    by_id = {party.get("id"): party.get("name") for party in objects(process.get("parties"))}
    names = (reference.get("name") or by_id.get(reference.get("id")) or "" for reference in references)
    return tuple(name for name in names if name and not is_withheld(name))


def _buyers(process: Json, tender: Json) -> tuple[str, ...]:
    buyer = as_object(process.get("buyer"))
    parties = [party for party in objects(process.get("parties")) if "buyer" in (party.get("roles") or [])]
    entity = as_object(tender.get("procuringEntity"))
    for references in ([buyer], parties, [entity]):
        if names := _names(references, process):
            return names
    return ()


def _cpv(agreement: Json, award: Json, tender: Json) -> str:
    """Return the first CPV code of what was contracted or awarded, else that of the tender as a whole."""
    for items in (agreement.get("items"), award.get("items")):
        for item in objects(items):
            if code := _cpv_of(item.get("classification")):
                return code
    return _cpv_of(tender.get("classification")) or _only(
        _cpv_of(item.get("classification")) for item in objects(tender.get("items"))
    )


def _cpv_of(classification: object) -> str:
    found = as_object(classification)
    return cpv_code(found.get("id")) if str(found.get("scheme") or "").upper() == "CPV" else ""


def _period(agreement: Json, award: Json, lots: list[Json], tender: Json) -> Period:
    """Return the contract's period, else the award's, else that of its only lot; the tender's is only a hint."""
    lot_periods = [lot.get("contractPeriod") for lot in lots]
    candidates = [
        agreement.get("period"),
        award.get("contractPeriod"),
        lot_periods[0] if len(lot_periods) == 1 else None,
    ]
    periods = [_read_period(as_object(found)) for found in candidates if found]
    merged_period = Period(
        start=next((period.start for period in periods if period.start), None),
        end=next((period.end for period in periods if period.end), None),
        duration=next((period.duration for period in periods if period.duration), None),
        remarks=tuple(remark for period in periods for remark in period.remarks),
    )
    planned = _read_period(as_object(tender.get("contractPeriod")))
    hints = []
    if merged_period.start is None and planned.start:
        hints.append(f"{planned.start.isoformat()} as the start planned in the tender")
    if merged_period.last_day() is None and planned.end:
        hints.append(f"{planned.end.isoformat()} as the end planned in the tender")
    return Period(
        start=merged_period.start,
        end=merged_period.end,
        duration=merged_period.duration,
        remarks=(*merged_period.remarks, *hints),
    )


def _read_period(period: Json) -> Period:
    days: dict[str, date | None] = {}
    remarks = []
    for key in ("startDate", "endDate"):
        try:
            days[key] = written_day(period.get(key))
        except ValueError:
            remarks.append(f"{period[key]!r} as {key}")
    count = whole_number(period.get("durationInDays"))
    return Period(
        start=days.get("startDate"),
        end=days.get("endDate"),
        duration=Duration(count=count, unit="DAY") if count is not None and count > 0 else None,
        remarks=tuple(remarks),
    )


def _clauses(lots: list[Json], tender: Json) -> Clauses:
    goals = [entry.get("goal") or "" for lot in lots for entry in objects(lot.get("sustainability"))]
    terms = [as_object(holder.get("contractTerms")) for holder in (*lots, tender)]
    return Clauses(
        strategic=tuple(dict.fromkeys(_STRATEGIC_BY_GOAL[goal] for goal in goals if goal in _STRATEGIC_BY_GOAL)),
        social=tuple(dict.fromkeys(_SOCIAL_BY_GOAL[goal] for goal in goals if goal in _SOCIAL_BY_GOAL)),
        performance_terms="\n".join(
            dict.fromkeys(text for term in terms if (text := str(term.get("performanceTerms") or "")))
        ),
        reserved=("execution",) if any(term.get("reservedExecution") for term in terms) else (),
    )


def _day(value: object) -> date | None:
    try:
        return written_day(value)
    except ValueError:
        return None
