"""Brings an OCDS release of any publisher into one lean shape, so that releases can be kept, merged and read.

Only what imports use is kept (no contact points, addresses, documents, bids). Ids become texts, single objects where
lists belong become lists, lists in lists are flattened. Version 1.0, 1.1 and 1.2 field names are understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matcher.sources.cells import clause, cpv_code, plain
from matcher.sources.days import instant
from matcher.sources.json_values import Json, as_object, identifier, objects

Convert = Callable[[Any], Any]
_PERIOD = ("startDate", "endDate", "durationInDays")
_MARKS = ("awards", "contracts", "tender", "parties", "buyer", "planning", "tag", "date")


def looks_like_release(value: object) -> bool:
    """Tell whether a decoded object is a release rather than something else."""
    return isinstance(value, dict) and "ocid" in value and any(mark in value for mark in _MARKS)


def lean_release(release: Json) -> Json:
    """Return the release with what imports use, in one shape; absent fields stay absent, null stays null."""
    lean: Json = {
        "ocid": identifier(release.get("ocid")),
        "id": identifier(release.get("id")),
        "date": instant(release.get("date")),
        "parties": _listed(release, "parties", _party),
        "awards": _listed(release, "awards", _award),
        "contracts": _listed(release, "contracts", _contract),
    }
    _copy(release, lean, "language", plain)
    _copy(release, lean, "buyer", _reference)
    _copy(release, lean, "tender", _tender)
    return {key: value for key, value in lean.items() if value is not None or key in release}


def _copy(source: Json, target: Json, key: str, convert: Convert) -> None:
    """Carry a field over if it is there; null is kept, because in a later release it removes the value."""
    if key in source:
        target[key] = None if source[key] is None else convert(source[key])


def _copy_all(source: Json, target: Json, fields: Mapping[str, Convert]) -> None:
    for key, convert in fields.items():
        _copy(source, target, key, convert)


def _listed(source: Json, key: str, convert: Convert) -> list[Json] | None:
    """Return a list of objects with different ids; a repeated id with other content gets a number of its own."""
    if source.get(key) is None:
        return None
    by_id: dict[str, Json] = {}
    for number, element in enumerate(map(convert, objects(source[key])), start=1):
        own_id = element["id"] or str(number)
        element["id"], copy = own_id, 2
        while element["id"] in by_id and by_id[element["id"]] != element:
            element["id"] = f"{own_id}-{copy}"
            copy += 1
        by_id[element["id"]] = element
    return list(by_id.values())


def _reference(value: object) -> Json:
    reference = as_object(value) or ({"name": value} if isinstance(value, str) else {})
    return {"id": identifier(reference.get("id")), "name": plain(reference.get("name"))}


def _supplier(value: Json) -> Json:
    reference = _reference(value)
    return {"id": reference["id"] or reference["name"], "name": reference["name"]}


def _party(value: Json) -> Json:
    name = plain(value.get("name")) or plain(as_object(value.get("identifier")).get("legalName"))
    roles = value.get("roles")
    return {
        "id": identifier(value.get("id")) or name,
        "name": name,
        "roles": [plain(role, 40) for role in (roles if isinstance(roles, list) else [roles]) if isinstance(role, str)],
    }


def _award(value: Json) -> Json:
    return _agreement(value, {"contractPeriod": _period, "date": _moment})


def _contract(value: Json) -> Json:
    return _agreement(value, {"awardID": identifier, "period": _period, "dateSigned": _moment})


def _agreement(value: Json, fields: Mapping[str, Convert]) -> Json:
    lean: Json = {"id": identifier(value.get("id"))}
    _copy_all(value, lean, {"title": plain, "status": _word, "finalStatus": _word, **fields})
    if "suppliers" in value:
        lean["suppliers"] = [_supplier(supplier) for supplier in objects(value["suppliers"])] or None
    if "relatedLots" in value:
        lots = value["relatedLots"] if isinstance(value["relatedLots"], list) else [value["relatedLots"]]
        lean["relatedLots"] = [lot for lot in map(identifier, lots) if lot]
    _copy(value, lean, "items", _items)
    return lean


def _tender(value: object) -> Json:
    tender = as_object(value)
    lean: Json = {}
    fields: dict[str, Convert] = {
        "title": plain,
        "classification": _classification,
        "items": _items,
        "contractPeriod": _period,
        "procuringEntity": _reference,
        "contractTerms": _terms,
    }
    _copy_all(tender, lean, fields)
    lots = _listed(tender, "lots", _lot)
    return {**lean, "lots": lots} if lots is not None else lean


def _lot(value: Json) -> Json:
    lean: Json = {"id": identifier(value.get("id"))}
    fields: dict[str, Convert] = {
        "title": plain,
        "contractPeriod": _period,
        "contractTerms": _terms,
        "sustainability": _sustainability,
    }
    _copy_all(value, lean, fields)
    return lean


def _items(value: object) -> list[Json]:
    """Return the classifications of items; one item may name several lots."""
    return [
        {
            "id": identifier(item.get("id")) or str(number),
            "classification": _classification(item.get("classification")),
            "relatedLot": identifier(item.get("relatedLot")),
        }
        for number, item in enumerate(objects(value), start=1)
    ]


def _classification(value: object) -> Json:
    found = as_object(value)
    own_id = found.get("id")
    return {"scheme": plain(found.get("scheme"), 40), "id": cpv_code(own_id) or identifier(own_id)}


def _period(value: object) -> Json:
    period = as_object(value)
    return {key: plain(period[key], 60) for key in _PERIOD if period.get(key) is not None}


def _terms(value: object) -> Json:
    terms = as_object(value)
    return {
        "performanceTerms": clause(terms.get("performanceTerms")),
        "reservedExecution": terms.get("reservedExecution") is True,
    }


def _sustainability(value: object) -> list[Json]:
    return [{"goal": plain(entry.get("goal"), 80)} for entry in objects(value)]


def _word(value: object) -> str:
    return plain(value, 40).casefold()


def _moment(value: object) -> str:
    return plain(value, 40)
