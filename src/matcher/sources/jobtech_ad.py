"""Brings a JobTech advertisement of any of its formats into one shape.

Read are: hits of the search answer and of the stream (also wrapped by the index as ``_source``), historical ads with
lists where the others have objects, and the import format with Swedish field names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.sources.cells import plain, whole_number
from matcher.sources.days import instant
from matcher.sources.json_values import Json, as_object, identifier, objects

MUST_WEIGHT = 10  # a requirement of the import format with this weight is a must, below it is nice to have
MIN_LEVEL, MAX_LEVEL = 1, 5  # of occupation-experience-years


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A concept that an advertisement names.

    Parameters
    ----------
    concept_id, code, label : str
        Each empty where absent; `code` is the older number of the taxonomy.
    weight : int or None
    level : int or None
        Of experience: 1 none, 2 less than a year, 3 one to two, 4 two to four, 5 five years or more.
    """

    concept_id: str = ""
    code: str = ""
    label: str = ""
    weight: int | None = None
    level: int | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is named."""
        return bool(self.concept_id or self.code or self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A requirement of an advertisement.

    Parameters
    ----------
    what : str
        ``skills``, ``languages``, ``work_experiences``, ``education``, ``education_level`` or ``driving_license``.
    kind : str
        ``must`` or ``nice``.
    term : Term
    """

    what: str
    kind: str
    term: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Ad:
    """What an import uses of an advertisement; employer, contacts and texts are not read.

    Parameters
    ----------
    ad_id, version, title : str
    positions : object
        As stated.
    occupation, group : Term
        Occupation and SSYK level 4 group.
    employment, duration, hours : Term
    extent : tuple of two objects
        Smallest and largest percentage, as stated.
    municipality : Term
        `code` is the municipality code.
    country : str
    access : str
        When the job can begin, in words.
    requirements : tuple of Requirement
    needs_licence, needs_car, needs_experience : bool
    is_removed : bool
    """

    ad_id: str
    version: str
    title: str
    positions: object
    occupation: Term
    group: Term
    employment: Term
    duration: Term
    hours: Term
    extent: tuple[object, object]
    municipality: Term
    country: str
    access: str
    requirements: tuple[Requirement, ...]
    needs_licence: bool
    needs_car: bool
    needs_experience: bool
    is_removed: bool


def looks_like_ad(value: object) -> bool:
    """Tell whether a decoded object is an advertisement."""
    if not isinstance(value, dict):
        return False
    if "annonsId" in value or "annonsrubrik" in value:
        return True
    marks = ("headline", "occupation", "occupation_group", "must_have", "number_of_vacancies", "removed", "employer")
    return sum(mark in value for mark in marks) >= (1 if "id" in value else 2)


def unwrapped(value: object) -> object:
    """Return the advertisement inside a hit of the search index."""
    return value["_source"] if isinstance(value, dict) and isinstance(value.get("_source"), dict) else value


def read_ad(value: Json) -> Ad:
    """Return the advertisement in one shape."""
    return _imported(value) if "annonsId" in value or "annonsrubrik" in value else _published(value)


def _published(ad: Json) -> Ad:
    address = as_object(ad.get("workplace_address"))
    scope = as_object(ad.get("scope_of_work"))
    municipality = Term(
        concept_id=identifier(address.get("municipality_concept_id")),
        code=identifier(address.get("municipality_code")),
        label=plain(address.get("municipality")),
    )
    return Ad(
        ad_id=identifier(ad.get("id")),
        version=instant(ad.get("timestamp")) or instant(ad.get("publication_date")),
        title=plain(ad.get("headline")),
        positions=ad.get("number_of_vacancies"),
        occupation=_term(ad.get("occupation")),
        group=_term(ad.get("occupation_group")),
        employment=_term(ad.get("employment_type")),
        duration=_term(ad.get("duration")),
        hours=_term(ad.get("working_hours_type")),
        extent=(scope.get("min"), scope.get("max")),
        municipality=municipality,
        country=plain(address.get("country"), 80),
        access=plain(ad.get("access"), 80),
        requirements=tuple(_published_requirements(ad)),
        needs_licence=ad.get("driving_license_required") is True,
        needs_car=ad.get("access_to_own_car") is True,
        needs_experience=ad.get("experience_required") is True,
        is_removed=ad.get("removed") is True,
    )


def _published_requirements(ad: Json) -> Iterator[Requirement]:
    for kind, key in (("must", "must_have"), ("nice", "nice_to_have")):
        wanted = as_object(ad.get(key))
        for what in ("skills", "languages", "work_experiences", "education", "education_level"):
            for entry in objects(wanted.get(what)):
                if term := _term(entry):
                    yield Requirement(what=what, kind=kind, term=term)
    kind = "must" if ad.get("driving_license_required") is True else "nice"
    for entry in objects(ad.get("driving_license")):
        if term := _term(entry):
            yield Requirement(what="driving_license", kind=kind, term=term)


def _term(value: object) -> Term:
    """Read a concept; in a list the one that the employer chose, not those that were added by a machine."""
    entries = list(objects(value))
    entry: Mapping[str, Any] = next(
        (one for one in entries if one.get("original_value") is True), entries[0] if entries else {}
    )
    return Term(
        concept_id=identifier(entry.get("concept_id") or entry.get("conceptId")),
        code=identifier(entry.get("legacy_ams_taxonomy_id") or entry.get("legacyAmsTaxonomyId")),
        label=plain(entry.get("label") or entry.get("preferred_label")),
        weight=whole_number(entry.get("weight")),
    )


def _imported(ad: Json) -> Ad:
    address = as_object(ad.get("arbetsplatsadress"))
    free = ad.get("ingenErfarenhetKravs")
    return Ad(
        ad_id=identifier(ad.get("annonsId")),
        version=instant(ad.get("uppdateradTid"))
        or instant(ad.get("updatedAt"))
        or instant(ad.get("publiceringsdatum")),
        title=plain(ad.get("annonsrubrik")),
        positions=ad.get("antalPlatser"),
        occupation=_swedish_term(ad.get("yrkesroll")),
        group=_swedish_term(ad.get("yrkesgrupp")),
        employment=_swedish_term(ad.get("anstallningTyp")),
        duration=_swedish_term(ad.get("varaktighetTyp")),
        hours=_swedish_term(ad.get("arbetstidTyp")),
        extent=(ad.get("arbetstidOmfattningFran"), ad.get("arbetstidOmfattningTill")),
        municipality=_swedish_term(address.get("kommun")),
        country=plain(as_object(address.get("land")).get("namn"), 80),
        access=plain(ad.get("tilltrade"), 80),
        requirements=tuple(_imported_requirements(ad)),
        needs_licence=bool(ad.get("korkort")),
        needs_car=ad.get("tillgangTillEgenBil") is True,
        needs_experience=free is False,
        is_removed=ad.get("avpublicerad") is True,
    )


def _imported_requirements(ad: Json) -> Iterator[Requirement]:
    wanted = {
        "skills": ad.get("kompetenser"),
        "languages": ad.get("sprak"),
        "work_experiences": ad.get("yrkeserfarenheter"),
        "education": ad.get("utbildningsinriktning"),
        "education_level": ad.get("utbildningsniva"),
    }
    for what, value in wanted.items():
        for entry in objects(value):
            if term := _swedish_term(entry):
                kind = "must" if (term.weight or 0) >= MUST_WEIGHT else "nice"
                yield Requirement(what=what, kind=kind, term=term)
    for entry in objects(ad.get("korkort")):
        if term := _swedish_term(entry):
            yield Requirement(what="driving_license", kind="must", term=term)


def _swedish_term(value: object) -> Term:
    entry = as_object(value)
    key = identifier(entry.get("varde"))
    level = whole_number(as_object(entry.get("erfarenhetsniva")).get("varde"))
    return Term(
        concept_id=key if "_" in key else "",
        code="" if "_" in key else key,
        label=plain(entry.get("namn")),
        weight=whole_number(entry.get("vikt")),
        level=level if level is not None and MIN_LEVEL <= level <= MAX_LEVEL else None,
    )
