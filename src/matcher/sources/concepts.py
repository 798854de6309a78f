"""The concepts of the JobTech taxonomy that a folder knows: labels, codes, and skills related to occupations."""

from __future__ import annotations

import re
from pathlib import Path

from matcher.sources.folder import CsvFile, open_csv
from matcher.sources.rows import ImportedRow
from matcher.sources.tables import CONCEPTS, OCCUPATION_SKILLS

OCCUPATION_GROUP = "occupation-group"
MUNICIPALITY = "municipality"
_CONCEPT_ID = re.compile(r"[0-9A-Za-z]{3,12}_[0-9A-Za-z]{2,6}_[0-9A-Za-z]{2,6}")


def is_concept_id(text: str) -> bool:
    """Tell whether a text has the form of a concept id, such as ``UVrW_krj_vk8``."""
    return _CONCEPT_ID.fullmatch(text) is not None


class Concepts:
    """What concepts.csv and occupation_skills.csv of a folder say.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    InvalidInput
        When one of the files is there and cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._code_by_id: dict[tuple[str, str], str] = {}
        self._id_by_code: dict[tuple[str, str], str] = {}
        self._label_by_id: dict[str, str] = {}
        self._skills_by_group: dict[str, list[str]] = {}
        file = open_csv(folder / "concepts.csv", CONCEPTS.columns)
        for concept_id, kind, label, code in _cells(file, CONCEPTS.columns):
            self.add(concept_id, kind, label, code)
        file = open_csv(folder / "occupation_skills.csv", OCCUPATION_SKILLS.key)
        for group, skill in _cells(file, OCCUPATION_SKILLS.key):
            self._skills_by_group.setdefault(group, []).append(skill)

    def add(self, concept_id: str, kind: str, label: str, code: str) -> None:
        """Take in one concept."""
        self._label_by_id[concept_id] = label
        if code:
            self._code_by_id[concept_id, kind] = code
            self._id_by_code[kind, code] = concept_id

    def code(self, concept_id: str, kind: str) -> str:
        """Return the code of a concept of one kind, empty where it is not known."""
        return self._code_by_id.get((concept_id, kind), "")

    def concept_id(self, kinds: tuple[str, ...], code: str) -> str:
        """Return the concept with a code among several kinds, empty where none or no single one is known."""
        found = {self._id_by_code[kind, code] for kind in kinds if (kind, code) in self._id_by_code}
        return found.pop() if len(found) == 1 else ""

    def labelled(self, kind: str) -> dict[str, str]:
        """Return the labels of all coded concepts of a kind by their codes."""
        return {
            code: self._label_by_id[concept_id]
            for (of_kind, code), concept_id in self._id_by_code.items()
            if of_kind == kind
        }

    def related_skills(self, group_id: str) -> list[str]:
        """Return the skills related to an occupation group."""
        return self._skills_by_group.get(group_id, [])


def _cells(file: CsvFile, columns: tuple[str, ...]) -> list[list[str]]:
    positions = [file.header.index(column) for column in columns] if file.is_there else []
    return [[row[position] if position < len(row) else "" for position in positions] for row in file.rows()]


def concept_row(concept_id: str, kind: str, label: str, code: str = "", only_if_absent: bool = False) -> ImportedRow:
    """Return a row of concepts.csv."""
    return ImportedRow(
        table="concepts",
        key=(concept_id,),
        cells={"type": kind, "label": label, "code": code},
        only_if_absent=only_if_absent,
    )
