"""Old TED XML (schema 2.0.9, in force until October 2023): awards, contractors, CPV, NUTS and periods.

Several forms award contracts (F03, F06, F15, F21 to F25) or change them (F20); they share the elements read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from lxml import etree

from matcher.sources.awards import AwardedContract, Duration, LotFacts, NoticeFacts, Period, record_of_contracts
from matcher.sources.cells import cpv_code, is_withheld, plain, safe_id, whole_number
from matcher.sources.days import duration_unit, instant, written_day
from matcher.sources.rows import Record, Skipped
from matcher.sources.xml_reading import attribute, child, children, descendant, full_text, local_name, text

Element = etree._Element
Original = Callable[[str, str, str], str]


def read_export(root: Element, name: str, original: Original) -> Iterator[Record | Skipped]:
    """Yield the record of a TED export and what of it was not taken.

    Parameters
    ----------
    root : element
        ``TED_EXPORT``.
    name : str
        The file as the report names it.
    original : callable
        `matcher.sources.eforms.Lineage.original`.
    """
    notice_id = attribute(root, "DOC_ID")
    form = _form(root)
    if not notice_id or form is None:
        yield _fault(name, "", "not_a_notice", "the TED export has no number (DOC_ID) or no form")
        return
    awards = [*children(form, "AWARD_CONTRACT")]
    if not awards:
        yield _without_award(root, form, name)
        return
    facts = _facts(root, form, original(notice_id, "", notice_id))
    lots = _lots(form)
    buyers = tuple(
        plain(full_text(child(body, "OFFICIALNAME")))
        for kind in ("ADDRESS_CONTRACTING_BODY", "ADDRESS_CONTRACTING_BODY_ADDITIONAL")
        for body in children(form, f"CONTRACTING_BODY/{kind}")
    )
    contracts: list[AwardedContract] = []
    for number, award in enumerate(awards, start=1):
        position = f"award {attribute(award, 'ITEM') or number}"
        if child(award, "AWARDED_CONTRACT") is None:
            yield _not_awarded(award, name, position)
            continue
        for lot in _lots_of(award, lots):
            contract_id = safe_id(notice_id, lot.lot_id, attribute(award, "ITEM") or number)
            contracts.append(_contract(award, facts, lot, buyers, contract_id))
    yield record_of_contracts(contracts, notice_id, facts.published)


def _fault(name: str, position: str, code: str, what: str) -> Skipped:
    return Skipped(
        file=name, position=position, code=code, what=what, remedy="Give the notice as published on ted.europa.eu."
    )


def _without_award(root: Element, form: Element, name: str) -> Skipped:
    version = attribute(root, "VERSION")
    if version.startswith(("R2.0.8", "R2.0.7")) or descendant(form, "AWARD_OF_CONTRACT") is not None:
        what = f"it is in TED schema {plain(version, 20) or '2.0.8'}, which is older than 2.0.9 and is not read"
        return _fault(name, "", "old_schema", what)
    return Skipped(
        file=name,
        position="",
        code="no_award",
        what=f"the form {plain(local_name(form), 40)} awards nothing",
        remedy="Import the award notice when it is published.",
        kind="not_applicable",
    )


def _not_awarded(award: Element, name: str, position: str) -> Skipped:
    detail = descendant(award, "NO_AWARDED_CONTRACT")
    reasons = [local_name(reason) for reason in detail] if detail is not None else []
    because = f" ({', '.join(plain(reason, 60) for reason in reasons)})" if reasons else ""
    return Skipped(
        file=name,
        position=position,
        code="no_winner",
        what=f"no contract was awarded{because}",
        remedy="Nothing needs doing.",
        kind="not_applicable",
    )


def _form(root: Element) -> Element | None:
    """Return the form in its original language."""
    section = child(root, "FORM_SECTION")
    forms = list(section) if section is not None else []
    originals = [form for form in forms if attribute(form, "CATEGORY") == "ORIGINAL"]
    return next(iter(originals or forms), None)


def _facts(root: Element, form: Element, original: str) -> NoticeFacts:
    notice_id = attribute(root, "DOC_ID")
    published = text(root, "CODED_DATA_SECTION/REF_OJS/DATE_PUB") or text(
        form, "COMPLEMENTARY_INFO/DATE_DISPATCH_NOTICE"
    )
    return NoticeFacts(
        source="ted",
        notice_id=notice_id,
        original_notice_id=original,
        kind=plain(attribute(form, "FORM") or local_name(form), 40),
        procedure_id=plain(text(form, "PROCEDURE/NOTICE_NUMBER_OJ"), 80),
        publication_number=notice_id,
        published=instant(day.isoformat()) if (day := _day(published)) else "",
        language=plain(attribute(form, "LG"), 10),
    )


def _day(value: str) -> date | None:
    try:
        return written_day(value)
    except ValueError:
        return None


def _lots(form: Element) -> dict[str, LotFacts]:
    """Return what the form says about each lot; a form without lots has one, named by an empty text."""
    contract = child(form, "OBJECT_CONTRACT")
    title = plain(full_text(child(contract, "TITLE")))
    cpv = _cpv(contract)
    descriptions = [*children(contract, "OBJECT_DESCR")]
    lots = {}
    for description in descriptions:
        lot_id = text(description, "LOT_NO") if len(descriptions) > 1 or text(description, "LOT_NO") else ""
        lots[lot_id] = LotFacts(
            lot_id=plain(lot_id, 40),
            title=plain(full_text(child(description, "TITLE"))) or title,
            cpv=cpv,
            regions=tuple(dict.fromkeys(attribute(region, "CODE") for region in children(description, "NUTS"))),
            places=tuple(filter(None, (plain(full_text(child(description, "MAIN_SITE")), 100),))),
            period=_period(description),
        )
    return lots or {"": LotFacts(title=title, cpv=cpv)}


def _cpv(contract: Element | None) -> str:
    return cpv_code(attribute(child(contract, "CPV_MAIN/CPV_CODE"), "CODE"))


def _period(description: Element) -> Period:
    measure = child(description, "DURATION")
    count, unit = whole_number(text(measure)), duration_unit(attribute(measure, "TYPE"))
    has_duration = count is not None and count > 0 and bool(unit)
    return Period(
        start=_day(text(description, "DATE_START")),
        end=_day(text(description, "DATE_END")),
        duration=Duration(count=count or 0, unit=unit) if has_duration else None,
    )


def _lots_of(award: Element, lots: dict[str, LotFacts]) -> list[LotFacts]:
    """Return the lots that an award is about; without a number, the only lot or the contract as a whole."""
    numbers = [part.strip() for part in text(award, "LOT_NO").replace(";", ",").split(",") if part.strip()]
    if numbers:
        return [
            lots.get(number)
            or LotFacts(lot_id=plain(number, 40), title=_common(lots, "title"), cpv=_common(lots, "cpv"))
            for number in numbers
        ]
    if len(lots) == 1:
        return list(lots.values())
    return [LotFacts(title=_common(lots, "title"), cpv=_common(lots, "cpv"))]


def _common(lots: dict[str, LotFacts], field: str) -> str:
    values = {getattr(lot, field) for lot in lots.values()}
    return values.pop() if len(values) == 1 else ""


def _contract(
    award: Element, facts: NoticeFacts, lot: LotFacts, buyers: tuple[str, ...], contract_id: str
) -> AwardedContract:
    awarded = child(award, "AWARDED_CONTRACT")
    names = [
        plain(full_text(name)) for name in children(awarded, "CONTRACTORS/CONTRACTOR/ADDRESS_CONTRACTOR/OFFICIALNAME")
    ]
    if (
        not names and awarded is not None
    ):  # forms for design contests and some concessions have no CONTRACTORS around it
        names = [plain(full_text(name)) for name in children(awarded, "CONTRACTOR/ADDRESS_CONTRACTOR/OFFICIALNAME")]
    return AwardedContract(
        contract_id=contract_id,
        notice=facts,
        lot=lot,
        buyers=tuple(filter(None, buyers)),
        suppliers=tuple(name for name in names if name and not is_withheld(name)),
        title=plain(full_text(child(award, "TITLE"))),
        concluded=_day(text(awarded, "DATE_CONCLUSION_CONTRACT")),
        why_no_supplier="the notice withholds the contractor",
    )
