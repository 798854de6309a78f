"""The JobTech taxonomy becomes concepts.csv and occupation_skills.csv, its places municipalities.csv.

Read are: the code tables (type, then code), occupation groups with related skills, any list of concepts as the
taxonomy's API answers it, and the list of places with coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from matcher.sources.cells import plain
from matcher.sources.concepts import MUNICIPALITY, OCCUPATION_GROUP, Concepts, concept_row, is_concept_id
from matcher.sources.json_files import read_json, wrong_format
from matcher.sources.json_stream import JsonItem
from matcher.sources.json_values import Json, identifier, kind_of, objects
from matcher.sources.rows import ImportedRow, Record, Skipped

_ARRAYS = (("data", "concepts"), ("concepts",), ("places",), ("platser",))
_WANTED = "JobTech concepts or places"
RECORD = "jobtech-taxonomy"
_TYPES = {"ssyk-level-4": OCCUPATION_GROUP}
_CODE_FIELDS = (
    "ssyk_code_2012",
    "lau_2_code_2015",
    "national_nuts_level_3_code_2019",
    "sun_education_field_code_2000",
    "sun_education_level_code_2000",
    "legacyAmsTaxonomyId",
    "deprecated_legacy_id",
    "legacy_ams_taxonomy_id",
)
_DECIMALS = 5  # of a degree: one metre


class TaxonomyFiles:
    """Reads the files of one import; what links them is known only when all have been read.

    Parameters
    ----------
    concepts : Concepts
        What the folder knows already; concepts are added as they are read.
    found : callable
        Called with the file's name once for each concept or place.
    """

    def __init__(self, concepts: Concepts, found: Callable[[str], None]) -> None:
        self._found = found
        self._concepts = concepts
        self._skills_by_group: dict[str, dict[str, None]] = {}
        self._places: dict[str, dict[str, tuple[float, float]]] = {}
        self._file_of_places = ""

    def read(self, path: Path, name: str) -> Iterator[Record | Skipped]:
        """Yield a record for each concept or place of a file and what of it was not taken."""
        is_first = True
        for piece in read_json(path, name, _ARRAYS):
            if isinstance(piece, Skipped):
                yield piece
                continue
            found = list(self._piece(piece, name))
            yield from found or ([wrong_format(name, piece, _WANTED)] if not _is_rest(piece) else [])
            if is_first and not found and kind_of(piece.value)[1] not in ("", "jobtech-taxonomy"):
                return  # a whole file of another kind: one line says so
            is_first = False

    def _piece(self, piece: JsonItem, name: str) -> Iterator[Record | Skipped]:
        value = piece.value
        if not isinstance(value, dict):
            return
        if "kommunkod" in value:
            yield self._place(value, name, f"line {piece.line}")
        elif "preferred_label" in value or "conceptId" in value or "preferredTerm" in value:
            yield self._concept(value, "", name, f"line {piece.line}")
        elif piece.path is None:
            for kind, table in value.items():
                entries = table.values() if isinstance(table, dict) else objects(table)
                for entry in entries:
                    if isinstance(entry, dict) and ("conceptId" in entry or "preferredTerm" in entry):
                        yield self._concept(entry, kind, name, f"table {plain(kind, 60)}")

    def _concept(self, value: Json, kind: str, name: str, position: str) -> Record | Skipped:
        self._found(name)
        concept_id = identifier(value.get("conceptId") or value.get("id") or value.get("concept_id"))
        label = plain(value.get("preferredTerm") or value.get("preferred_label") or value.get("label"))
        kind = plain(value.get("type"), 60) or plain(kind, 60)
        kind = _TYPES.get(kind, kind)
        if not is_concept_id(concept_id) or not label:
            what = f"a concept has no usable id or no label ({plain(concept_id or label, 60) or 'neither'})"
            return Skipped(
                file=name, position=position, code="bad_concept", what=what, remedy="Leave it out, or correct it."
            )
        code = next((code for field in _CODE_FIELDS if (code := identifier(value.get(field)))), "")
        self._concepts.add(concept_id, kind, label, code)
        rows = [concept_row(concept_id, kind, label, code, only_if_absent="related" in value)]
        rows += self._related(concept_id, value) if kind == OCCUPATION_GROUP else []
        return Record(record_id=RECORD, rows=tuple(rows), states_all=False)

    def _related(self, group_id: str, value: Json) -> list[ImportedRow]:
        rows = []
        for related in (*objects(value.get("related")), *objects(value.get("related_skills"))):
            skill, label = identifier(related.get("id")), plain(related.get("preferred_label"))
            if is_concept_id(skill) and related.get("type", "skill") == "skill":
                self._skills_by_group.setdefault(group_id, {})[skill] = None
                rows.append(concept_row(skill, "skill", label, only_if_absent=True))
        return rows

    def _place(self, value: Json, name: str, position: str) -> Record | Skipped:
        self._found(name)
        code, label = identifier(value.get("kommunkod")), plain(value.get("label"))
        latitude, longitude = _degrees(value.get("latitud"), 90), _degrees(value.get("longitud"), 180)
        if not re.fullmatch(r"[0-9]{4}", code) or not label or latitude is None or longitude is None:
            what = f"a place has no usable municipality code, name or coordinates ({label or 'no name'})"
            return Skipped(
                file=name, position=position, code="bad_place", what=what, remedy="Leave it out, or correct it."
            )
        self._places.setdefault(code, {}).setdefault(_town(label), (latitude, longitude))
        self._file_of_places = name
        return Record(record_id=RECORD, states_all=False)

    def finish(self) -> Iterator[Record | Skipped]:
        """Yield what needed all files: skills by occupation code, municipalities by their main town."""
        for group_id, skills in self._skills_by_group.items():
            occupation = self._concepts.code(group_id, OCCUPATION_GROUP)
            rows = tuple(
                ImportedRow(table="occupation_skills", key=(group_id, skill), cells={"occupation": occupation})
                for skill in skills
            )
            yield Record(record_id=RECORD, rows=rows, states_all=False)
        names = self._concepts.labelled(MUNICIPALITY)
        for code, towns in self._places.items():
            yield self._municipality(code, names.get(code, ""), towns)

    def _municipality(self, code: str, name: str, towns: dict[str, tuple[float, float]]) -> Record | Skipped:
        """Return where a municipality's main town lies: the place that carries the municipality's name."""
        found = towns.get(_town(name)) or towns.get(_town(name).removesuffix("s"))  # the places lack a genitive s
        if not name or found is None:
            missing = f"no place in it is called {name!r}" if name else "its name is not known"
            return Skipped(
                file=self._file_of_places,
                position=f"municipality {code}",
                code="no_main_town",
                what=f"its coordinates cannot be told, because {missing}",
                remedy="Add it to municipalities.csv by hand."
                if name
                else "Import the code tables (taxonomy_to_concept.json) together with the places.",
            )
        cells = {"latitude": repr(found[0]), "longitude": repr(found[1])}
        row = ImportedRow(table="municipalities", key=(code,), cells=cells)
        return Record(record_id=RECORD, rows=(row,), states_all=False)


def _is_rest(piece: JsonItem) -> bool:
    """Tell whether a piece is what is left of a document when its concepts have been taken out."""
    if piece.path is not None or not isinstance(piece.value, dict):
        return False
    data = piece.value.get("data")
    holder = data if isinstance(data, dict) else piece.value
    return any(array[-1] in holder and holder[array[-1]] is None for array in _ARRAYS)


def _degrees(value: object, limit: int) -> float | None:
    try:
        degrees = round(float(str(value)), _DECIMALS)
    except ValueError:
        return None
    return degrees if -limit <= degrees <= limit else None


def _town(name: str) -> str:
    return name.casefold().replace("-", " ")
