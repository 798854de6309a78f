"""Invented JobTech advertisements and taxonomy files."""

from __future__ import annotations

from typing import Any

FORKLIFT = "tRuK_abc_111"
SWEDISH = "sVen_abc_222"
WAREHOUSE_GROUP = "gRup_abc_333"
WAREHOUSE_WORKER = "yRke_abc_444"


def concept(concept_id: str | None, label: str | None, code: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return a concept as advertisements name it."""
    return {"concept_id": concept_id, "label": label, "legacy_ams_taxonomy_id": code, **fields}


def ad(ad_id: str | int = "777", **fields: Any) -> dict[str, Any]:
    """Return an advertisement as the search answers it."""
    return {
        "id": ad_id,
        "label": "[]",
        "headline": "Lagerarbetare sökes",
        "number_of_vacancies": 2,
        "timestamp": 1_770_000_000_000,
        "employment_type": concept("PFZr_Syz_cUq", "Vanlig anställning", "1"),
        "duration": concept("a7uU_j21_mkL", "Tills vidare", "1"),
        "working_hours_type": concept("6YE1_gAC_R2G", "Heltid", "1"),
        "scope_of_work": {"min": 100, "max": 100},
        "employer": {"name": "Lager AB", "organization_number": "5500000000", "phone_number": "0701234567"},
        "application_contacts": [{"name": "Greta Hemlig", "email": "greta@hemlig.example"}],
        "description": {"text": "Ring Greta Hemlig."},
        "experience_required": False,
        "driving_license_required": False,
        "driving_license": None,
        "occupation": concept(WAREHOUSE_WORKER, "Lagerarbetare", "1234"),
        "occupation_group": concept(WAREHOUSE_GROUP, "Lager- och terminalpersonal", "4322"),
        "workplace_address": {"municipality": "Lerum", "municipality_code": "1441", "country": "Sverige"},
        "must_have": {"skills": [], "languages": [], "work_experiences": [], "education": [], "education_level": []},
        "nice_to_have": {"skills": [], "languages": [], "work_experiences": []},
        "removed": False,
        **fields,
    }


def code_tables() -> dict[str, Any]:
    """Return the taxonomy's code tables."""
    return {
        "occupation-group": {
            "4322": _entry(WAREHOUSE_GROUP, "4322", "Lager- och terminalpersonal", "occupation-group")
        },
        "occupation-name": {"1234": _entry(WAREHOUSE_WORKER, "1234", "Lagerarbetare", "occupation-name")},
        "skill": {"55": _entry(FORKLIFT, "55", "Truckkort", "skill")},
        "municipality": {
            "1441": _entry("kOmm_abc_555", "1441", "Lerum", "municipality"),
            "1427": _entry("kOmm_abc_666", "1427", "Sotenäs", "municipality"),
        },
        "sun-education-level-1": {"3": _entry("nIva_abc_777", "3", "Gymnasial utbildning", "sun-education-level-1")},
    }


def _entry(concept_id: str, code: str, label: str, kind: str) -> dict[str, Any]:
    return {"conceptId": concept_id, "legacyAmsTaxonomyId": code, "preferredTerm": label, "type": kind}


def related_skills() -> dict[str, Any]:
    """Return an occupation group with its related skills."""
    related = [
        {"id": FORKLIFT, "preferred_label": "Truckkort", "type": "skill"},
        {"id": "pLoc_abc_888", "preferred_label": "Plockvana", "type": "skill"},
    ]
    group = {"id": WAREHOUSE_GROUP, "preferred_label": "Lagerpersonal", "type": "ssyk-level-4", "related": related}
    return {"data": {"concepts": [group]}}


def place(
    code: str = "1441", label: str = "Lerum", latitude: float = 57.77051, longitude: float = 12.26904
) -> dict[str, Any]:
    """Return a place with coordinates."""
    return {"label": label, "latitud": latitude, "longitud": longitude, "kommunkod": code, "type": "place"}
