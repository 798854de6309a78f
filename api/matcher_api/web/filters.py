"""Lists: what a reader looks for, which rows fit, and which of them stand on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from matcher.languages import message

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to narrow a list."""

    name: str
    label: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """What a kind of list can be searched by and narrowed to."""

    texts: Callable[[Any], Sequence[str | None]]
    choices: tuple[Choice, ...]


def _of_vacancy(row: Any) -> Sequence[str | None]:
    contract = row.contract
    named = (contract.title, contract.supplier, contract.buyer) if contract else ()
    return (row.vacancy.vacancy_id, row.vacancy.title, row.vacancy.occupation, row.vacancy.contract_id, *named)


def _of_contract(row: Any) -> Sequence[str | None]:
    contract = row.contract
    return contract.contract_id, contract.title, contract.supplier, contract.buyer, contract.municipality


def _of_candidate(row: Any) -> Sequence[str | None]:
    place = row.place.vacancy if row.place else None
    return row.candidate_id, *row.groups, *((place.vacancy_id, place.title) if place else ())


def _of_course(row: Any) -> Sequence[str | None]:
    return row.cohort.cohort_id, row.cohort.course_id, row.course.title, row.cohort.municipality


def _of_proposal(row: Any) -> Sequence[str | None]:
    named = (row.vacancy.title, row.vacancy.contract_id) if row.vacancy else ()
    contract = (row.contract.title, row.contract.supplier, row.contract.buyer) if row.contract else ()
    return row.proposal.candidate_id, row.proposal.vacancy_id, row.caseworker, *named, *contract


def _of_begun(row: Any) -> Sequence[str | None]:
    begun = row.begun
    named = (begun.title, begun.contract_id, begun.contract_title, begun.caseworker)
    return (begun.candidate_id, begun.vacancy_id, *named)


LISTS = {
    "placements": List(
        texts=_of_begun,
        choices=(
            Choice(name="due", label=message("Are to be asked about"), fits=lambda row: row.due is not None),
            Choice(
                name="mine",
                label=message("Are to be asked about by me"),
                fits=lambda row: bool(row.due) and row.is_mine,
            ),
            Choice(name="lasting", label=message("Go on"), fits=lambda row: row.course == "lasting"),
            Choice(name="lasted", label=message("Lasted a year"), fits=lambda row: row.course == "lasted"),
            Choice(name="left", label=message("Have ended"), fits=lambda row: row.course == "left"),
        ),
    ),
    "expected": List(
        texts=lambda row: (row.expected.candidate_id, row.expected.vacancy_id, row.expected.title),
        choices=(Choice(name="mine", label=message("Wait for mine"), fits=lambda row: row.is_mine),),
    ),
    "proposals": List(
        texts=_of_proposal,
        choices=(
            Choice(name="waiting", label=message("Wait for a decision"), fits=lambda row: row.is_open),
            Choice(name="mine", label=message("Wait for mine"), fits=lambda row: row.is_open and row.is_mine),
            Choice(name="accepted", label=message("Were accepted"), fits=lambda row: row.proposal.state == "accepted"),
            Choice(
                name="rejected",
                label=message("Were rejected or taken back"),
                fits=lambda row: row.proposal.state in ("rejected", "withdrawn"),
            ),
        ),
    ),
    "contracts": List(
        texts=_of_contract,
        choices=(
            Choice(name="short", label=message("Get less than they are owed"), fits=lambda row: row.is_short),
            Choice(name="open", label=message("Have open positions"), fits=lambda row: row.open > 0),
        ),
    ),
    "vacancies": List(
        texts=_of_vacancy,
        choices=(
            Choice(name="open", label=message("Have open positions"), fits=lambda row: row.open > 0),
            Choice(name="filled", label=message("Are filled"), fits=lambda row: row.open == 0),
        ),
    ),
    "candidates": List(
        texts=_of_candidate,
        choices=(
            Choice(name="without", label=message("Have no place"), fits=lambda row: row.place is None),
            Choice(
                name="trained",
                label=message("Are trained first"),
                fits=lambda row: row.route is not None and bool(row.route.steps),
            ),
            Choice(name="placed", label=message("Have a place"), fits=lambda row: row.place is not None),
        ),
    ),
    "courses": List(
        texts=_of_course,
        choices=(
            Choice(name="coming", label=message("Have not begun"), fits=lambda row: not row.has_begun),
            Choice(name="free", label=message("Have free seats"), fits=lambda row: row.free > 0),
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a list.

    Parameters
    ----------
    rows : sequence
        Those on this page.
    total, all : int
        How many fit, and how many there are.
    number, pages : int
        Which page it is, of how many.
    q, only : str
        What was looked for.
    choices : tuple of Choice
    kind : str
        Which list it is.
    """

    rows: Sequence[Any]
    total: int
    all: int
    number: int
    pages: int
    q: str
    only: str
    choices: tuple[Choice, ...]
    kind: str

    @property
    def workbook(self) -> str:
        """Return the address of the workbook with all rows that fit."""
        return f"/excel/{self.kind}?" + urlencode({"q": self.q, "only": self.only})

    def address(self, number: int) -> str:
        """Return the address of another page of the same list."""
        asked = {"q": self.q, "only": self.only, "number": str(number) if number > 1 else ""}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def filtered(kind: str, rows: Sequence[Any], q: str, only: str, number: int) -> Listed:
    """Return one page of the rows that contain every word that is looked for, in any letters.

    Parameters
    ----------
    kind : str
        A key of `LISTS`.
    rows : sequence
    q : str
    only : str
        Name of a choice; an unknown one narrows nothing.
    number : int
        From 1; beyond the last page the last one is returned.
    """
    described = LISTS[kind]
    choice = _choice(kind, only)
    fitting = matching(kind, rows, q, only)
    pages = max(1, -(-len(fitting) // PAGE_ROWS))
    number = min(number, pages)
    return Listed(
        rows=fitting[(number - 1) * PAGE_ROWS : number * PAGE_ROWS],
        total=len(fitting),
        all=len(rows),
        number=number,
        pages=pages,
        q=q,
        only=choice.name if choice else "",
        choices=described.choices,
        kind=kind,
    )


def matching(kind: str, rows: Sequence[Any], q: str, only: str) -> list[Any]:
    """Return all rows that contain every word that is looked for and fit a choice; see `filtered`."""
    described, choice = LISTS[kind], _choice(kind, only)
    words = q.casefold().split()
    return [
        row
        for row in rows
        if (choice is None or choice.fits(row)) and _has_all(words, described.texts(row) if words else ())
    ]


def _choice(kind: str, only: str) -> Choice | None:
    return next((one for one in LISTS[kind].choices if one.name == only), None)


def _has_all(words: Sequence[str], texts: Sequence[str | None]) -> bool:
    whole = " ".join(text for text in texts if text).casefold()
    return all(word in whole for word in words)
