"""eForms and old TED notices: awarded lots become contracts, with the winners that the notice proves.

One row per lot and settled contract. The members of a winning consortium share one row. A notice of a competition has
no contract yet; its clauses are kept in notices.csv, because award notices do not repeat them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from matcher.sources import ted
from matcher.sources.awards import AwardedContract, LotFacts, NoticeFacts, notice_row, record_of_contracts
from matcher.sources.cells import plain, safe_id
from matcher.sources.eforms_notice import EformsNotice, LotResult, read_notice
from matcher.sources.rows import Record, Skipped
from matcher.sources.xml_reading import UnreadableXml, local_name, read_xml

NOTICES = ("ContractAwardNotice", "ContractNotice", "PriorInformationNotice")
_NO_WINNER = {
    "clos-nw": "the competition was closed without a winner",
    "open-nw": "no winner has been chosen yet",
}


class Lineage:
    """Which notice corrects or amends which, so that a correction updates the contracts of the notice it corrects.

    Parameters
    ----------
    known : mapping of str to str
        Original notice id by notice id and by publication number, from the folder.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._original_by_reference = dict(known)

    def original(self, notice_id: str, changes: str, publication_number: str) -> str:
        """Return the id of the notice that this one goes back to, and remember it."""
        original = self._original_by_reference.get(changes, changes) if changes else ""
        original = original or self._original_by_reference.get(notice_id, notice_id)
        self._original_by_reference[notice_id] = original
        if publication_number:
            self._original_by_reference[publication_number] = original
        return original


def read_file(path: Path, name: str, lineage: Lineage, found: Callable[[], None]) -> Iterator[Record | Skipped]:
    """Yield the record of a notice and what of it was not taken.

    Parameters
    ----------
    path : Path
    name : str
        The file as the report names it.
    lineage : Lineage
    found : callable
        Called once if the file is a notice.
    """
    try:
        root = read_xml(path)
    except UnreadableXml as error:
        yield Skipped(
            file=name,
            position=error.position,
            code=error.code,
            what=error.what,
            remedy="Download the notice again as XML, or leave the file out.",
        )
        return
    kind = local_name(root)
    if kind == "TED_EXPORT":
        found()
        yield from ted.read_export(root, name, lineage.original)
    elif kind in NOTICES:
        found()
        yield from _read(read_notice(root), name, lineage)
    else:
        yield Skipped(
            file=name,
            position="",
            code="wrong_format",
            what=f"it is XML, but neither an eForms notice nor a TED export (root element {plain(kind, 60)!r})",
            remedy="Give notices as published on ted.europa.eu.",
        )


def _read(notice: EformsNotice, name: str, lineage: Lineage) -> Iterator[Record | Skipped]:
    notice_id = notice.notice_id or notice.publication_number
    if not notice_id:
        yield Skipped(
            file=name,
            position="",
            code="no_id",
            what="the notice has no identifier (BT-701), so it could never be recognised again",
            remedy="Give the published notice instead of a draft.",
        )
        return
    original = lineage.original(notice_id, notice.changes, notice.publication_number)
    facts = NoticeFacts(
        source="eforms",
        notice_id=notice_id,
        original_notice_id=original,
        kind=plain(notice.kind, 40),
        procedure_id=plain(notice.procedure_id, 80),
        publication_number=plain(notice.publication_number, 40),
        published=notice.version.partition("#")[0],
        language=plain(notice.language, 10),
    )
    if not notice.is_award:
        yield from _competition(notice, facts, name)
        return
    contracts: list[AwardedContract] = []
    for result in notice.results:
        for lot_id in result.lot_ids or (next(iter(notice.lots)) if len(notice.lots) == 1 else "",):
            for found in _awarded(notice, facts, result, lot_id, name):
                if isinstance(found, Skipped):
                    yield found
                else:
                    contracts.append(found)
    if not notice.results:
        yield Skipped(
            file=name,
            position="",
            code="no_result",
            what="the award notice holds no result of a lot",
            remedy="Nothing needs doing if the notice announces none; otherwise give the published notice.",
        )
    yield record_of_contracts(contracts, original, notice.version)


def _competition(notice: EformsNotice, facts: NoticeFacts, name: str) -> Iterator[Record | Skipped]:
    """Keep the clauses of a notice that awards nothing."""
    with_clauses = [lot for lot in (notice.lots.values() or (notice.procedure,)) if _has_clauses(lot)]
    kept = f"; the clauses of {len(with_clauses)} lots were noted in notices.csv" if with_clauses else ""
    yield Skipped(
        file=name,
        position="",
        code="no_award",
        what=f"a notice of the kind {facts.kind or 'unknown'!r} awards nothing{kept}",
        remedy="Import the award notice when it is published.",
        kind="not_applicable",
    )
    yield Record(
        record_id=facts.notice_id,
        version=notice.version,
        rows=tuple(notice_row(facts, lot) for lot in with_clauses),
    )


def _has_clauses(lot: LotFacts) -> bool:
    clauses = lot.clauses
    return bool(clauses.social or clauses.performance_terms or clauses.reserved or "soc-obj" in clauses.strategic)


def _awarded(
    notice: EformsNotice, facts: NoticeFacts, result: LotResult, lot_id: str, name: str
) -> Iterator[AwardedContract | Skipped]:
    position = f"lot {plain(lot_id, 40)}" if lot_id else "a lot without identifier"
    if result.code in _NO_WINNER:
        reason = f" ({plain(result.reason, 40)})" if result.reason else ""
        yield Skipped(
            file=name,
            position=position,
            code="no_winner",
            what=f"{_NO_WINNER[result.code]}{reason}",
            remedy="Nothing needs doing.",
            kind="not_applicable",
        )
        return
    if not lot_id or not (result.contract_ids or result.tender_ids):
        yield Skipped(
            file=name,
            position=position,
            code="no_award",
            what=f"the result ({plain(result.code, 40) or 'no code'}) names neither a contract nor a tender",
            remedy="If the award was withheld, import the notice again once it is published in full.",
        )
        return
    lot = notice.lots.get(lot_id, LotFacts(lot_id=lot_id, title=notice.procedure.title, cpv=notice.procedure.cpv))
    for contract_id in result.contract_ids or ("",):
        yield _contract(notice, facts, result, lot, contract_id)


def _contract(
    notice: EformsNotice, facts: NoticeFacts, result: LotResult, lot: LotFacts, technical_id: str
) -> AwardedContract:
    settled = notice.contracts.get(technical_id)
    tender_ids = _winning_tenders(notice, result, lot.lot_id, technical_id)
    parties = dict.fromkeys(notice.tenders[tender_id].party_id for tender_id in tender_ids)
    suppliers = tuple(winner for party in parties for winner in notice.winners_by_party.get(party, ()))
    why = (
        "the notice withholds the winner's name"
        if tender_ids
        else "the notice does not connect the contract with a tender"
    )
    return AwardedContract(
        contract_id=safe_id(facts.original_notice_id, lot.lot_id, technical_id),
        notice=facts,
        lot=lot,
        buyers=notice.buyers,
        suppliers=suppliers,
        title=settled.title if settled else "",
        awarded=settled.awarded if settled else None,
        concluded=settled.concluded if settled else None,
        why_no_supplier=why,
    )


def _winning_tenders(notice: EformsNotice, result: LotResult, lot_id: str, technical_id: str) -> list[str]:
    """Return the tenders that won the lot by this contract.

    A result may list losing tenders too, and a contract may cover several lots; only a tender that the contract
    names for this lot has won it. Where the contract names none, a lot's only listed tender has.
    """
    known = notice.tenders
    settled = notice.contracts.get(technical_id)
    named = [tender_id for tender_id in (settled.tender_ids if settled else ()) if tender_id in known]
    listed = [tender_id for tender_id in result.tender_ids if tender_id in known]
    for_this_lot = [tender_id for tender_id in named if known[tender_id].lot_id == lot_id]
    if for_this_lot:
        return for_this_lot
    # A tender without a lot of its own, or for a group of lots, belongs to the results that list it.
    for_a_group = [
        tender_id for tender_id in named if tender_id in listed and known[tender_id].lot_id not in notice.lots
    ]
    if for_a_group:
        return for_a_group
    in_lot = [tender_id for tender_id in listed if known[tender_id].lot_id in (lot_id, "")]
    if len(in_lot) == 1 and len(listed) == 1:
        return in_lot
    first = [tender_id for tender_id in in_lot if known[tender_id].rank == "1"]
    return first if not named and len(first) == 1 else []
