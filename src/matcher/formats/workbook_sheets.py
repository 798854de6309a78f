"""What an Excel workbook says about its sheets: their names, the shared texts and which styles are dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from matcher.formats.text_runs import TextRuns
from matcher.formats.workbook_archive import Archive, damaged, new_parser

_BUILTIN_DATES = frozenset(map(str, (14, 15, 16, 17, 22, *range(27, 37), *range(50, 59))))
_NOT_A_DATE_PART = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """An open workbook.

    Parameters
    ----------
    archive : Archive
    part_by_sheet : dict of str to str
        In the order of the sheets.
    texts : list of str
        Shared texts, which cells name by number.
    date_styles : frozenset of str
        Numbers of the cell styles that show a date.
    is_1904 : bool
        Days are counted from 1904-01-01 instead of 1900-01-01.
    """

    archive: Archive
    part_by_sheet: dict[str, str]
    texts: list[str]
    date_styles: frozenset[str]
    is_1904: bool


def open_workbook(archive: Archive) -> Workbook:
    """Return what an archive holds as a workbook; raises `BrokenFile`."""
    office = next((part for _, part, kind in _relations(archive, "") if kind == "officeDocument"), None)
    if office is None or office not in archive.names:
        raise damaged("be an Excel workbook", "Save it as .xlsx from a spreadsheet program.")
    relations = _relations(archive, office)
    part_by_kind = {kind: part for _, part, kind in relations if part in archive.names}
    part_by_id = {identifier: part for identifier, part, _ in relations if part in archive.names}
    part_by_sheet, is_1904 = {}, False
    for name, attributes in archive.elements(office):
        if name == "workbookPr":
            is_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet" and attributes.get("id") in part_by_id:
            part_by_sheet[attributes.get("name", "")] = part_by_id[attributes["id"]]
    return Workbook(
        archive=archive,
        part_by_sheet=part_by_sheet,
        texts=_shared_texts(archive, part_by_kind.get("sharedStrings")),
        date_styles=_date_styles(archive, part_by_kind.get("styles")),
        is_1904=is_1904,
    )


def _relations(archive: Archive, part: str) -> list[tuple[str, str, str]]:
    """Return id, part and kind of everything that a part refers to."""
    folder = dirname(part)
    where = join(folder, "_rels", part[len(folder) :].lstrip("/") + ".rels")
    if where not in archive.names:
        return []
    return [
        (
            attributes.get("Id", ""),
            normpath(join("/", folder, attributes.get("Target", ""))).lstrip("/"),
            attributes.get("Type", "").rpartition("/")[2],
        )
        for name, attributes in archive.elements(where)
        if name == "Relationship"
    ]


def _shared_texts(archive: Archive, part: str | None) -> list[str]:
    if part is None:
        return []
    runs = TextRuns(new_parser(), "si")
    for _ in archive.parse(part, runs.parser):
        pass
    return runs.texts


def _date_styles(archive: Archive, part: str | None) -> frozenset[str]:
    formats: dict[str, str] = {}
    styles: list[str] = []
    is_of_cells = False
    for name, attributes in archive.elements(part) if part else ():
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in ("cellStyleXfs", "cellXfs", "cellStyles"):
            is_of_cells = name == "cellXfs"
        elif name == "xf" and is_of_cells:
            styles.append(attributes.get("numFmtId", "0"))
    return frozenset(str(number) for number, style in enumerate(styles) if _is_date(style, formats))


def _is_date(style: str, formats: dict[str, str]) -> bool:
    if style not in formats:
        return style in _BUILTIN_DATES
    return any(letter in "ymd" for letter in _NOT_A_DATE_PART.sub("", formats[style]).lower())
