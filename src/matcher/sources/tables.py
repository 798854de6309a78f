"""The tables that imports write: their columns, what identifies a row, and who owns the cells."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.formats.tables import TABLE_BY_NAME
from matcher.problem import KEY_BY_TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTable:
    """A CSV file of the problem folder as far as imports are concerned.

    Parameters
    ----------
    name : str
        File name without ``.csv``.
    columns : tuple of str
        In the order of a new file.
    key : tuple of str
        Columns that identify a row.
    is_tracked : bool
        Every imported cell is noted in sources.csv, so that a cell changed by hand is recognised and kept.
        False for copies of a public taxonomy, which nobody edits.
    loses_rows : bool
        Rows that a newer version of a record no longer has are removed. False where people hang their own
        rows on these ids.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    is_tracked: bool = True
    loses_rows: bool = False


def _problem_table(name: str, loses_rows: bool = False) -> ImportTable:
    columns = tuple(column.name for column in TABLE_BY_NAME[name].columns)
    return ImportTable(name=name, columns=columns, key=KEY_BY_TABLE[name], loses_rows=loses_rows)


NOTICES = ImportTable(
    name="notices",
    columns=(
        "contract_id",
        "notice_id",
        "lot",
        "source",
        "kind",
        "procedure_id",
        "original_notice_id",
        "publication_number",
        "published",
        "language",
        "bt06",
        "bt775",
        "bt777",
        "bt70",
        "reserved",
        "nuts",
        "place",
        "duration",
        "duration_unit",
        "award_date",
        "conclusion_date",
    ),
    key=("contract_id", "notice_id", "lot"),
    loses_rows=True,
)
CONCEPTS = ImportTable(
    name="concepts", columns=("concept_id", "type", "label", "code"), key=("concept_id",), is_tracked=False
)
OCCUPATION_SKILLS = ImportTable(
    name="occupation_skills",
    columns=("occupation_concept_id", "occupation", "skill"),
    key=("occupation_concept_id", "skill"),
    is_tracked=False,
)
TABLES = {
    table.name: table
    for table in (
        _problem_table("contracts"),
        _problem_table("vacancies"),
        _problem_table("vacancy_skills", loses_rows=True),
        _problem_table("municipalities"),
        NOTICES,
        CONCEPTS,
        OCCUPATION_SKILLS,
    )
}
SOURCES_FILE = "sources.csv"
SOURCES_COLUMNS = ("table", "row_id", "column", "source", "value")
