"""JobTech advertisements become vacancies and required skills; what an advertisement leaves open needs input."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from matcher.sources.cells import plain, safe_id, whole_number
from matcher.sources.concepts import MUNICIPALITY, OCCUPATION_GROUP, Concepts, concept_row
from matcher.sources.jobtech_ad import Ad, Requirement, Term, looks_like_ad, read_ad, unwrapped
from matcher.sources.json_files import read_json, wrong_format
from matcher.sources.json_stream import JsonItem
from matcher.sources.json_values import kind_of
from matcher.sources.rows import ImportedRow, NeedsInput, Record, Skipped

_ARRAYS = (("hits",), ("hits", "hits"), ("testannonser",), ("annonser",), ("ads",), ("results",), ("data",))
_CONCEPT_RECORD = "concepts-of-ads"
_WANTED = "JobTech advertisements"

# Facts of the JobTech taxonomy (Arbetsförmedlingen): concept ids and older numbers of single concepts.
_FULL_TIME = ("6YE1_gAC_R2G", "1")
_PERMANENT = ("a7uU_j21_mkL", "1")
_TYPES = {
    "skills": ("skill",),
    "languages": ("language",),
    "work_experiences": ("occupation-name",),
    "education": (
        "sun-education-field-3",
        "sun-education-field-2",
        "sun-education-field-1",
        "deprecated-education-field",
    ),
    "education_level": (
        "sun-education-level-3",
        "sun-education-level-2",
        "sun-education-level-1",
        "deprecated-education-level",
    ),
    "driving_license": ("driving-license",),
}
_MONTHS = re.compile(r"(\d{1,3}) (?:månad|månader|months?)", re.IGNORECASE)
_YEARS = re.compile(r"(\d{1,2}) (?:år|years?)", re.IGNORECASE)


def read_ads(path: Path, name: str, concepts: Concepts, found: Callable[[], None]) -> Iterator[Record | Skipped]:
    """Yield a record for each advertisement of a file and what of it was not taken.

    Parameters
    ----------
    path : Path
    name : str
        The file as the report names it.
    concepts : Concepts
        What an import of the taxonomy has put into the folder.
    found : callable
        Called once for each advertisement.
    """
    is_first = True
    for piece in read_json(path, name, _ARRAYS):
        if isinstance(piece, Skipped):
            yield piece
            continue
        value = unwrapped(piece.value)
        if looks_like_ad(value) and isinstance(value, dict):
            found()
            yield from _records(read_ad(value), concepts, name, f"line {piece.line}")
        elif not _is_rest(piece):
            yield wrong_format(name, piece, _WANTED)
            if is_first and kind_of(piece.value)[1] not in ("", "jobtech-ads"):
                return  # a whole file of another kind: one line says so
        is_first = False


def _is_rest(piece: JsonItem) -> bool:
    """Tell whether a piece is what is left of a search answer when its hits have been taken out."""
    if piece.path is not None or not isinstance(piece.value, dict):
        return False
    hits = piece.value.get("hits")
    return (isinstance(hits, dict) and "hits" in hits) or any(
        array[0] in piece.value and piece.value[array[0]] is None for array in _ARRAYS
    )


def _records(ad: Ad, concepts: Concepts, name: str, position: str) -> Iterator[Record | Skipped]:
    if not ad.ad_id:
        yield _skipped(name, position, "no_id", "the advertisement has no id, so it could never be recognised again")
        return
    position = f"ad {plain(ad.ad_id, 60)}"
    positions = whole_number(ad.positions)
    if ad.is_removed or positions == 0:
        what = "the advertisement has been withdrawn" if ad.is_removed else "the advertisement offers no position"
        yield Skipped(
            file=name,
            position=position,
            code="withdrawn" if ad.is_removed else "no_position",
            what=what,
            remedy="If its vacancy was imported earlier, decide whether it still stands and remove the row if not.",
            kind="not_applicable",
        )
        return
    vacancy_id = safe_id("ad", ad.ad_id)
    skills, labels = _skill_rows(ad, vacancy_id, concepts)
    yield Record(record_id=_CONCEPT_RECORD, rows=tuple(labels), states_all=False)
    yield Record(
        record_id=vacancy_id,
        version=ad.version,
        rows=(_vacancy_row(ad, vacancy_id, concepts), *skills),
        needs_input=tuple(_gaps(ad, vacancy_id, concepts)),
    )


def _skipped(name: str, position: str, code: str, what: str) -> Skipped:
    return Skipped(file=name, position=position, code=code, what=what, remedy="Give the published advertisement.")


def _vacancy_row(ad: Ad, vacancy_id: str, concepts: Concepts) -> ImportedRow:
    extent, months = _extent(ad), _months(ad.duration)
    return ImportedRow(
        table="vacancies",
        key=(vacancy_id,),
        cells={
            "positions": _positions(ad),
            "occupation": _occupation(ad, concepts),
            "title": ad.title or ad.occupation.label,
            "form": _form(ad.employment),
            "extent_percent": str(extent) if extent is not None else "",
            "duration_months": str(months) if months is not None else "",
            "municipality": _municipality(ad, concepts),
        },
    )


def _positions(ad: Ad) -> str:
    number = whole_number(ad.positions)
    return str(number) if number is not None and 1 <= number <= 1_000_000 else ""


def _occupation(ad: Ad, concepts: Concepts) -> str:
    """Return the SSYK 2012 code of the occupation group."""
    code = ad.group.code.zfill(4) if ad.group.code.isdecimal() else ""
    return code if len(code) == 4 else concepts.code(ad.group.concept_id, OCCUPATION_GROUP)


def _municipality(ad: Ad, concepts: Concepts) -> str:
    code = ad.municipality.code
    return code if re.fullmatch(r"[0-9]{4}", code) else concepts.code(ad.municipality.concept_id, MUNICIPALITY)


def _form(employment: Term) -> str:
    label = employment.label.casefold()
    if "lärling" in label or "apprentice" in label:
        return "apprenticeship"
    return "internship" if "praktik" in label or "internship" in label else "employment"


def _is(term: Term, fact: tuple[str, str]) -> bool:
    return term.concept_id == fact[0] if term.concept_id else term.code == fact[1]


def _extent(ad: Ad) -> int | None:
    """Return the extent in percent where the advertisement states a single one."""
    low, high = (whole_number(bound) for bound in ad.extent)
    if low is None and high is None:
        return 100 if _is(ad.hours, _FULL_TIME) else None
    return low if low is not None and low == high and 1 <= low <= 100 else None


def _months(duration: Term) -> int | None:
    """Return a duration in months where the advertisement states a single one; most state a range."""
    if match := _MONTHS.fullmatch(duration.label):
        return int(match[1]) or None
    match = _YEARS.fullmatch(duration.label)
    return int(match[1]) * 12 or None if match else None


def _gaps(ad: Ad, vacancy_id: str, concepts: Concepts) -> Iterator[NeedsInput]:
    access = f"; it says {ad.access!r}" if ad.access else ""
    reasons = {
        "start_date": f"an advertisement does not state the first working day{access}",
        "positions": "the advertisement does not say how many are wanted",
        "occupation": _why_no_occupation(ad),
        "municipality": f"the advertisement names no municipality{f' ({ad.country})' if ad.country else ''}",
        "extent_percent": f"the advertisement states {_extent_in_words(ad)}; an empty cell counts as 100 percent",
        "duration_months": "" if _is(ad.duration, _PERMANENT) else f"the advertisement states {_duration_in_words(ad)}",
    }
    cells = _vacancy_row(ad, vacancy_id, concepts).cells
    for column, why in reasons.items():
        if why and not cells.get(column):
            yield NeedsInput(table="vacancies", row_id=vacancy_id, column=column, why=why)
    if unnamed := _unnamed(ad):
        why = f"the advertisement requires {' and '.join(unnamed)}; add a row to vacancy_skills if it decides"
        yield NeedsInput(table="vacancies", row_id=vacancy_id, column="skills", why=why)


def _unnamed(ad: Ad) -> list[str]:
    """Return requirements that are said to exist without being listed."""
    named = {requirement.what for requirement in ad.requirements}
    unnamed = []
    if ad.needs_experience and "work_experiences" not in named:
        unnamed.append("experience without naming an occupation")
    if ad.needs_licence and "driving_license" not in named:
        unnamed.append("a driving licence without naming its class")
    return unnamed


def _why_no_occupation(ad: Ad) -> str:
    if ad.occupation.label:
        return f"the advertisement names the occupation {ad.occupation.label!r}, but no SSYK 2012 group"
    return "the advertisement names no occupation group"


def _extent_in_words(ad: Ad) -> str:
    low, high = ad.extent
    if low is None and high is None:
        return f"no extent ({ad.hours.label})" if ad.hours.label else "no extent"
    return f"{plain(low, 20) or '?'} to {plain(high, 20) or '?'} percent"


def _duration_in_words(ad: Ad) -> str:
    return f"only the range {ad.duration.label!r}" if ad.duration.label else "no duration"


def _skill_rows(ad: Ad, vacancy_id: str, concepts: Concepts) -> tuple[list[ImportedRow], list[ImportedRow]]:
    """Return the rows of vacancy_skills.csv and the labels of the concepts in them."""
    rows: dict[str, ImportedRow] = {}
    labels: list[ImportedRow] = []
    for requirement in sorted(ad.requirements, key=lambda one: one.kind):  # must before nice
        skill, level = _skill(requirement, concepts)
        if skill not in rows:
            rows[skill] = _skill_row(vacancy_id, skill, requirement, level)
        if requirement.term.label and skill != EDUCATION_LEVEL:
            kind = "experience" if requirement.what == "work_experiences" else _TYPES[requirement.what][0]
            labels.append(concept_row(skill, kind, requirement.term.label, only_if_absent=True))
    if ad.needs_car:
        rows.setdefault(OWN_CAR, _stated(vacancy_id, OWN_CAR, "must", "", ""))
    group_id = ad.group.concept_id or concepts.concept_id((OCCUPATION_GROUP,), _occupation(ad, concepts))
    for skill in concepts.related_skills(group_id):
        if skill not in rows:
            cells = {"level": "", "weight": "", "origin": "derived"}
            rows[skill] = ImportedRow(table="vacancy_skills", key=(vacancy_id, skill, "nice"), cells=cells)
    return list(rows.values()), labels


OWN_CAR = "own_car"
EDUCATION_LEVEL = "education_level"
# Lowest level of education as 1 to 7, from none to research studies: the first digit of a SUN 2000 level plus one.
_LEVEL_OF_OLD_CODE = {"9": 1, "10": 2, "1": 3, "2": 4, "5": 5, "3": 6, "4": 7}
_LEVEL_BY_CONCEPT = {
    "N8je_iPK_Q3R": 1, "bL9y_qkL_NyH": 2, "TAv7_ETZ_uKi": 3, "aXvG_g7M_2oP": 4, "uroQ_Pag_grS": 5, "koDU_EcD_k6Q": 6,
    "X14W_Tav_rg9": 7,
}  # fmt: skip


def _skill(requirement: Requirement, concepts: Concepts) -> tuple[str, str]:
    """Return the skill id and the level of a requirement."""
    term, types = requirement.term, _TYPES[requirement.what]
    if requirement.what == "education_level" and (level := _education_level(term, concepts)):
        return EDUCATION_LEVEL, str(level)
    concept_id = term.concept_id or (concepts.concept_id(types, term.code) if term.code else "")
    own_id = concept_id or (f"{types[0]}-{term.code}" if term.code else f"{types[0]}-{term.label.casefold()}")
    prefix = "experience" if requirement.what == "work_experiences" else ""
    return safe_id(prefix, own_id), str(term.level) if term.level is not None and term.level > 1 else ""


def _education_level(term: Term, concepts: Concepts) -> int | None:
    if term.concept_id in _LEVEL_BY_CONCEPT:
        return _LEVEL_BY_CONCEPT[term.concept_id]
    for kind in ("sun-education-level-1", "sun-education-level-2", "sun-education-level-3"):
        if code := concepts.code(term.concept_id, kind):
            return int(code[0]) + 1 if code[0] in "0123456" else None
    code = concepts.code(term.concept_id, "deprecated-education-level")
    return _LEVEL_OF_OLD_CODE.get(code) if code else None


def _skill_row(vacancy_id: str, skill: str, requirement: Requirement, level: str) -> ImportedRow:
    weight = requirement.term.weight
    is_weighted = requirement.kind == "nice" and weight is not None and 1 <= weight <= 1000
    return _stated(vacancy_id, skill, requirement.kind, level, str(weight) if is_weighted else "")


def _stated(vacancy_id: str, skill: str, kind: str, level: str, weight: str) -> ImportedRow:
    cells = {"level": level, "weight": weight, "origin": "stated"}
    return ImportedRow(table="vacancy_skills", key=(vacancy_id, skill, kind), cells=cells)
