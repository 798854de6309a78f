"""Invented OCDS releases."""

from __future__ import annotations

from typing import Any

OCID = "ocds-abc123-0001"


def award(award_id: str = "1", **fields: Any) -> dict[str, Any]:
    """Return an award."""
    return {
        "id": award_id,
        "status": "active",
        "date": "2026-02-01T00:00:00Z",
        "suppliers": [{"id": "SE-1", "name": "Park och Vinter AB"}],
        "contractPeriod": {"startDate": "2026-04-01T00:00:00+02:00", "endDate": "2028-03-31T23:59:59+02:00"},
        **fields,
    }


def release(ocid: str = OCID, date: str | None = "2026-02-02T08:00:00Z", **fields: Any) -> dict[str, Any]:
    """Return a release with one award unless told otherwise."""
    return {
        "ocid": ocid,
        "id": f"{ocid}-{date}",
        "date": date,
        "tag": ["award"],
        "language": "sv",
        "buyer": {"id": "SE-B", "name": "Lerums kommun"},
        "parties": [
            {
                "id": "SE-B",
                "name": "Lerums kommun",
                "roles": ["buyer"],
                "contactPoint": {"email": "greta@hemlig.example"},
            },
            {"id": "SE-1", "name": "Park och Vinter AB", "roles": ["supplier"]},
        ],
        "tender": {"id": "T", "title": "Skötsel av parker", "classification": {"scheme": "CPV", "id": "77310000-6"}},
        "awards": [award()],
        **fields,
    }
