"""Reads an eForms notice (UBL 2.3 with the EU extensions): the notice, its lots, results, tenders and winners.

Paths and meanings follow the eForms SDK; BT and OPT numbers name the fields. Elements are found by local name, and
a missing scheme name, list name or identifier is no reason to give a notice up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

from matcher.sources.awards import Clauses, Duration, LotFacts, Period
from matcher.sources.cells import cpv_code, is_withheld, plain, whole_number
from matcher.sources.days import duration_unit, instant, written_day
from matcher.sources.xml_reading import attribute, child, children, descendant, local_name, text, texts

Element = etree._Element
PREFERRED_LANGUAGE = "SWE"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_STRATEGIC = frozenset({"env-imp", "inn-pur", "soc-obj"})
_SOCIAL = frozenset({"acc-all", "et-eq", "gen-eq", "hum-right", "opp", "work-cond"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """A tender (OPT-321): its lot and the party that handed it in."""

    lot_id: str
    party_id: str
    rank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledContract:
    """A settled contract (OPT-316) and the tenders that became it (BT-3202)."""

    title: str
    awarded: date | None
    concluded: date | None
    tender_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotResult:
    """The result of a lot (OPT-322): winner chosen or not (BT-142), tenders and contracts."""

    lot_ids: tuple[str, ...]
    code: str
    reason: str
    tender_ids: tuple[str, ...]
    contract_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EformsNotice:
    """Everything in a notice that imports use; contact details are never read.

    Parameters
    ----------
    notice_id, changes, kind, procedure_id, publication_number, language : str
        BT-701; the notice it changes (BT-758, BT-1501); BT-02; BT-04; number in the Official Journal; BT-702.
    version : str
        Instant of dispatch (BT-05) and version (BT-757), comparable as text.
    is_award : bool
        It is a ContractAwardNotice.
    procedure : LotFacts
        What is said once for all lots.
    lots, tenders, contracts : dict by technical id
    winners_by_party : dict
        Names of the members of each tendering party.
    """

    notice_id: str
    changes: str
    kind: str
    procedure_id: str
    publication_number: str
    language: str
    version: str
    is_award: bool
    buyers: tuple[str, ...]
    procedure: LotFacts
    lots: dict[str, LotFacts]
    results: tuple[LotResult, ...]
    tenders: dict[str, Tender]
    contracts: dict[str, SettledContract]
    winners_by_party: dict[str, tuple[str, ...]]


def read_notice(root: Element) -> EformsNotice:
    """Return what the root element of a notice says."""
    language = text(root, "NoticeLanguageCode")
    result = descendant(root, "NoticeResult")
    names = _names_by_organization(root, language)
    procedure = _lot("", root, child(root, "ProcurementProject"), language)
    return EformsNotice(
        notice_id=_notice_id(text(root, "ID")),
        changes=_notice_id(_first_text(root, "ChangedNoticeIdentifier")),
        kind=text(root, "NoticeTypeCode"),
        procedure_id=text(root, "ContractFolderID"),
        publication_number=publication_number(_first_text(root, "NoticePublicationID")),
        language=language,
        version=_version(root),
        is_award=local_name(root) == "ContractAwardNotice",
        buyers=tuple(
            name for key in _ids(root, "ContractingParty/Party/PartyIdentification") if (name := names.get(key, ""))
        ),
        procedure=procedure,
        lots=_lots(root, procedure, language),
        results=tuple(_result(element) for element in children(result, "LotResult")),
        tenders={text(element, "ID"): _tender(element) for element in children(result, "LotTender")},
        contracts={
            text(element, "ID"): _contract(element, language) for element in children(result, "SettledContract")
        },
        winners_by_party={
            text(element, "ID"): tuple(filter(None, (names.get(key, "") for key in _ids(element, "Tenderer"))))
            for element in children(result, "TenderingParty")
        },
    )


def publication_number(value: str) -> str:
    """Return a number in the Official Journal without leading zeros, ``00191536-2024`` as ``191536-2024``."""
    return re.sub(r"^0+(?=\d)", "", value.strip())


def _notice_id(value: str) -> str:
    """Return a notice's identifier without its version, or its publication number."""
    match = _UUID.match(value)
    return match[0].lower() if match else publication_number(value)


def _version(root: Element) -> str:
    moment = instant(text(root, "IssueDate"), text(root, "IssueTime"))
    number = text(root, "VersionID")
    return f"{moment}#{number.zfill(3)}" if moment and number else moment


def _first_text(root: Element, name: str) -> str:
    return text(found) if (found := descendant(root, name)) is not None else ""


def _ids(element: Element | None, path: str) -> list[str]:
    return texts(element, f"{path}/ID")


def _named(elements: Iterable[Element], language: str) -> str:
    """Return the Swedish text if there is one, else the one in the notice's language, else the first."""
    found = [(attribute(element, "languageID").upper(), value) for element in elements if (value := text(element))]
    for wanted in (PREFERRED_LANGUAGE, language.upper()):
        for code, value in found:
            if code == wanted:
                return value
    return found[0][1] if found else ""


def _names_by_organization(root: Element, language: str) -> dict[str, str]:
    """Return the names of organisations and their contact points by technical id; withheld names are left out."""
    names: dict[str, str] = {}
    organizations = descendant(root, "Organizations")
    for organization in children(organizations, "Organization"):
        company = child(organization, "Company")
        name = plain(_named(children(company, "PartyName/Name"), language))
        parts: Sequence[Element] = [*children(organization, "Company"), *children(organization, "TouchPoint")]
        for part in parts:
            for key in _ids(part, "PartyIdentification"):
                if name and not is_withheld(name):
                    names.setdefault(key, name)
    return names


def _lots(root: Element, procedure: LotFacts, language: str) -> dict[str, LotFacts]:
    lots = {}
    for element in children(root, "ProcurementProjectLot"):
        identifier = child(element, "ID")
        if attribute(identifier, "schemeName") not in ("", "Lot") or not text(identifier):
            continue  # a group of lots or a part of a planned procedure
        lot = _lot(text(identifier), element, child(element, "ProcurementProject"), language)
        lots[lot.lot_id] = LotFacts(
            lot_id=lot.lot_id,
            title=lot.title or procedure.title,
            cpv=lot.cpv or procedure.cpv,
            regions=lot.regions or procedure.regions,
            places=lot.places or procedure.places,
            period=lot.period,
            clauses=lot.clauses,
        )
    return lots


def _lot(lot_id: str, holder: Element, project: Element | None, language: str) -> LotFacts:
    """Read a lot; `holder` has its TenderingTerms (BT-70, BT-71, BT-736), `project` the rest."""
    codes = (cpv_code(value) for value in texts(project, "MainCommodityClassification/ItemClassificationCode"))
    return LotFacts(
        lot_id=lot_id,
        title=_named(children(project, "Name"), language),
        cpv=next(filter(None, codes), ""),
        regions=tuple(dict.fromkeys(texts(project, "RealizedLocation/Address/CountrySubentityCode"))),
        places=tuple(dict.fromkeys(texts(project, "RealizedLocation/Address/CityName"))),
        period=read_period(child(project, "PlannedPeriod")),
        clauses=_clauses(holder, project, language),
    )


def read_period(period: Element | None) -> Period:
    """Read start (BT-536), end (BT-537) and duration (BT-36)."""
    days: dict[str, date | None] = {}
    remarks = []
    for name in ("StartDate", "EndDate"):
        try:
            days[name] = written_day(text(period, name))
        except ValueError:
            remarks.append(f"{plain(text(period, name), 40)!r} as {name}")
    measure = child(period, "DurationMeasure")
    count, unit = whole_number(text(measure)), duration_unit(attribute(measure, "unitCode"))
    has_duration = count is not None and count > 0 and bool(unit)
    if text(measure) and not has_duration:
        remarks.append(
            f"a duration of {plain(text(measure), 40)!r} {plain(attribute(measure, 'unitCode'), 20)}".rstrip()
        )
    for code in texts(period, "DescriptionCode"):  # BT-538: UNLIMITED or UNKNOWN
        remarks.append(f"the period {plain(code, 40)}")
    return Period(
        start=days.get("StartDate"),
        end=days.get("EndDate"),
        duration=Duration(count=count or 0, unit=unit) if has_duration else None,
        remarks=tuple(remarks),
    )


def _clauses(holder: Element, project: Element | None, language: str) -> Clauses:
    strategic: list[str] = []
    social: list[str] = []
    descriptions = []
    for element in children(project, "ProcurementAdditionalType"):
        for code in children(element, "ProcurementTypeCode"):
            list_name, value = attribute(code, "listName"), text(code)
            if list_name == "strategic-procurement" or (not list_name and value in _STRATEGIC):
                strategic.append(value)
                descriptions.append(_named(children(element, "ProcurementType"), language))
            elif list_name == "social-objective" or (not list_name and value in _SOCIAL):
                social.append(value)
    terms, reserved = _performance(child(holder, "TenderingTerms"), language)
    return Clauses(
        strategic=_codes(strategic),
        social=_codes(social),
        description="\n".join(dict.fromkeys(filter(None, descriptions))),
        performance_terms="\n".join(dict.fromkeys(terms)),
        reserved=_codes(reserved),
    )


def _codes(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for value in values if (code := plain(value, 40).replace(";", ","))))


def _performance(terms: Element | None, language: str) -> tuple[list[str], list[str]]:
    """Return the terms of performance (BT-70) and who the lot is reserved for (BT-71, BT-736)."""
    clauses, reserved = [], []
    for requirement in children(terms, "ContractExecutionRequirement"):
        code = child(requirement, "ExecutionRequirementCode")
        list_name = attribute(code, "listName")
        description = _named(children(requirement, "Description"), language)
        if description and (code is None or list_name in ("", "conditions")):
            clauses.append(description)
        if list_name == "reserved-execution" and text(code) == "yes":
            reserved.append("execution")
    for code in children(terms, "TendererQualificationRequest/SpecificTendererRequirement/TendererRequirementTypeCode"):
        if attribute(code, "listName") == "reserved-procurement" and text(code) not in ("", "none"):
            reserved.append(text(code))
    return clauses, reserved


def _result(element: Element) -> LotResult:
    return LotResult(
        lot_ids=tuple(_ids(element, "TenderLot")),
        code=text(element, "TenderResultCode"),
        reason=text(element, "DecisionReason/DecisionReasonCode"),
        tender_ids=tuple(_ids(element, "LotTender")),
        contract_ids=tuple(_ids(element, "SettledContract")),
    )


def _tender(element: Element) -> Tender:
    return Tender(
        lot_id=next(iter(_ids(element, "TenderLot")), ""),
        party_id=next(iter(_ids(element, "TenderingParty")), ""),
        rank=text(element, "RankCode"),
    )


def _contract(element: Element, language: str) -> SettledContract:
    return SettledContract(
        title=_named(children(element, "Title"), language),
        awarded=_day_or_none(text(element, "AwardDate")),
        concluded=_day_or_none(text(element, "IssueDate")),
        tender_ids=tuple(_ids(element, "LotTender")),
    )


def _day_or_none(value: str) -> date | None:
    try:
        return written_day(value)
    except ValueError:
        return None
