"""From one awarded contract, whatever notice it stands in, to rows of contracts and notices and to what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from matcher.sources.cells import MAX_NAMES, clause, joined, plain
from matcher.sources.days import last_day
from matcher.sources.rows import KEY_SEPARATOR, ImportedRow, NeedsInput, Record

EMPLOYMENT_OBJECTIVE = "opp"  # BT-775: employment for the long-term unemployed, disadvantaged or disabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How long a contract runs where its notice says it in units of time.

    Parameters
    ----------
    count : int
    unit : str
        ``DAY``, ``WEEK``, ``MONTH`` or ``YEAR``.
    """

    count: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """When a contract runs, as stated.

    Parameters
    ----------
    start, end : date or None
    duration : Duration or None
    remarks : tuple of str
        What stands in the notice but cannot be used, for the person who fills the gap.
    """

    start: date | None = None
    end: date | None = None
    duration: Duration | None = None
    remarks: tuple[str, ...] = ()

    def last_day(self) -> date | None:
        """Return the stated end, else the last day by the stated start and duration, else None."""
        if self.end is not None:
            return self.end if self.start is None or self.end >= self.start else None
        if self.start is None or self.duration is None:
            return None
        return last_day(self.start, self.duration.count, self.duration.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """What a notice says about social aims.

    Parameters
    ----------
    strategic : tuple of str
        BT-06 codes.
    social : tuple of str
        BT-775 codes; ``opp`` is employment for the long-term unemployed, disadvantaged or disabled.
    description, performance_terms : str
        BT-777 and BT-70.
    reserved : tuple of str
        BT-71 codes, and ``execution`` where BT-736 reserves the performance to sheltered employment.
    """

    strategic: tuple[str, ...] = ()
    social: tuple[str, ...] = ()
    description: str = ""
    performance_terms: str = ""
    reserved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What one notice says about itself.

    Parameters
    ----------
    source : str
        ``eforms``, ``ted`` or ``ocds``.
    notice_id, original_notice_id : str
        The notice, and the one that it corrects or amends (itself where it does neither).
    kind, procedure_id, publication_number, published, language : str
    """

    source: str
    notice_id: str
    original_notice_id: str
    kind: str = ""
    procedure_id: str = ""
    publication_number: str = ""
    published: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """What a notice says about one lot.

    Parameters
    ----------
    lot_id, title, cpv : str
    regions, places : tuple of str
        NUTS codes and towns of performance.
    period : Period
    clauses : Clauses
    """

    lot_id: str = ""
    title: str = ""
    cpv: str = ""
    regions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    period: Period = Period()
    clauses: Clauses = Clauses()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardedContract:
    """One contract between a buyer and a supplier (or consortium) about one lot.

    Parameters
    ----------
    contract_id : str
        Id for the problem folder.
    notice : NoticeFacts
    lot : LotFacts
    buyers, suppliers : tuple of str
    title : str
        Of the contract itself, where it has one.
    status : str
    awarded, concluded : date or None
    why_no_supplier : str
        Reason shown where `suppliers` is empty.
    """

    contract_id: str
    notice: NoticeFacts
    lot: LotFacts
    buyers: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    title: str = ""
    status: str = "awarded"
    awarded: date | None = None
    concluded: date | None = None
    why_no_supplier: str = "the notice names no supplier"

    def rows(self) -> tuple[ImportedRow, ImportedRow]:
        """Return the row of contracts.csv and the row of notices.csv."""
        period = self.lot.period
        contract = ImportedRow(
            table="contracts",
            key=(self.contract_id,),
            cells={
                "start_date": _iso(period.start),
                "buyer": plain(joined(self.buyers), MAX_NAMES),
                "supplier": plain(joined(self.suppliers), MAX_NAMES),
                "title": plain(self.title or self.lot.title),
                "cpv": self.lot.cpv,
                "end_date": _iso(period.last_day()),
                "status": self.status,
            },
        )
        return contract, notice_row(self.notice, self.lot, self)

    def needs_input(self) -> tuple[NeedsInput, ...]:
        """Return every cell of contracts.csv that the notice leaves open, with the reason in words."""
        period = self.lot.period
        reasons = {
            "start_date": "" if period.start else _why_no_start(period),
            "end_date": "" if period.last_day() else _why_no_end(period),
            "supplier": "" if self.suppliers else self.why_no_supplier,
            "buyer": "" if self.buyers else "the notice names no buyer",
            "title": "" if self.title or self.lot.title else "the notice gives no title",
            "cpv": "" if self.lot.cpv else "the notice gives no CPV code",
            "municipality": _why_no_municipality(self.lot),
            "obligation_quantity": _why_no_obligation(self.lot.clauses),
            "groups": "no field of a notice names the target groups that count for the obligation",
        }
        return tuple(
            NeedsInput(table="contracts", row_id=self.contract_id, column=column, why=why)
            for column, why in reasons.items()
            if why
        )


def record_of_contracts(
    contracts: Iterable[AwardedContract], record_id: str, version: str, states_all: bool = True
) -> Record:
    """Return a record with the rows and gaps of its contracts.

    Two contracts that the source calls by the same name, though they differ, are told apart by a number.
    """
    by_id: dict[str, AwardedContract] = {}
    for contract in contracts:
        own_id, copy = contract.contract_id, 2
        while by_id.get(contract.contract_id, contract) != contract:
            contract = replace(contract, contract_id=f"{own_id}-{copy}")
            copy += 1
        by_id[contract.contract_id] = contract
    return Record(
        record_id=record_id,
        version=version,
        rows=tuple(row for contract in by_id.values() for row in contract.rows()),
        needs_input=tuple(gap for contract in by_id.values() for gap in contract.needs_input()),
        states_all=states_all,
    )


def notice_row(notice: NoticeFacts, lot: LotFacts, contract: AwardedContract | None = None) -> ImportedRow:
    """Return the row of notices.csv that keeps what contracts.csv has no column for.

    Parameters
    ----------
    notice : NoticeFacts
    lot : LotFacts
    contract : AwardedContract, optional
        None for a notice of a competition, which has no contract yet.
    """
    duration = lot.period.duration
    return ImportedRow(
        table="notices",
        key=(contract.contract_id if contract else "", _key_part(notice.notice_id), _key_part(lot.lot_id)),
        cells={
            "source": notice.source,
            "kind": notice.kind,
            "procedure_id": notice.procedure_id,
            "original_notice_id": notice.original_notice_id,
            "publication_number": notice.publication_number,
            "published": notice.published,
            "language": notice.language,
            "bt06": ";".join(lot.clauses.strategic),
            "bt775": ";".join(lot.clauses.social),
            "bt777": clause(lot.clauses.description),
            "bt70": clause(lot.clauses.performance_terms),
            "reserved": ";".join(lot.clauses.reserved),
            "nuts": ";".join(lot.regions),
            "place": plain(joined(lot.places)),
            "duration": str(duration.count) if duration else "",
            "duration_unit": duration.unit if duration else "",
            "award_date": _iso(contract.awarded) if contract else "",
            "conclusion_date": _iso(contract.concluded) if contract else "",
        },
    )


def _key_part(text: str) -> str:
    return plain(text, 120).replace(KEY_SEPARATOR, ",")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _stated(period: Period) -> str:
    parts = [*period.remarks]
    if period.duration:
        parts.append(f"a duration of {period.duration.count} {period.duration.unit}")
    return f"; it states {', '.join(parts)}" if parts else ""


def _why_no_start(period: Period) -> str:
    end = f"; it states the end {period.end.isoformat()}" if period.end else _stated(period)
    return f"the notice does not say on which day the contract starts{end}"


def _why_no_end(period: Period) -> str:
    if period.end is not None and period.start is not None:
        return f"the stated end {period.end.isoformat()} lies before the stated start {period.start.isoformat()}"
    return f"the notice does not say when the contract ends{_stated(period)}"


def _why_no_municipality(lot: LotFacts) -> str:
    known = [*lot.regions, *lot.places]
    if not known:
        return "the notice gives no place of performance"
    return f"the notice gives only {plain(', '.join(known))}, not the code of a municipality"


def _why_no_obligation(clauses: Clauses) -> str:
    if EMPLOYMENT_OBJECTIVE in clauses.social:
        return (
            "the notice aims at employment for people far from work (BT-775 'opp'), but no standard field says how "
            "many people, hours or months are owed; read the contract's clause"
        )
    if clauses.performance_terms:
        return "the notice has terms of performance (column bt70 of notices.csv); read what they oblige the supplier to"
    return "no standard field says whether and how much employment the contract obliges the supplier to"
