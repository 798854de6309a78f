"""Finds the releases in OCDS files: release packages, record packages, single releases and records, one per line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from matcher.sources.cells import plain
from matcher.sources.json_files import read_json, wrong_format
from matcher.sources.json_stream import JsonItem
from matcher.sources.json_values import Json, identifier, is_resume, kind_of, objects
from matcher.sources.ocds_release import lean_release, looks_like_release
from matcher.sources.rows import Skipped

_ARRAYS = (("releases",), ("records",))
_MAX_DEPTH = 60
_WANTED = "OCDS releases or records"


def read_releases(path: Path, name: str) -> Iterator[Json | Skipped]:
    """Yield the lean releases of a file and what of it was not taken.

    Parameters
    ----------
    path : Path
    name : str
        The file as the report names it.
    """
    is_first = True
    for piece in read_json(path, name, _ARRAYS):
        if isinstance(piece, Skipped):
            yield piece
            continue
        found = list(_releases(piece, name))
        yield from found
        if is_first and any(map(_is_wrong, found)) and kind_of(piece.value)[1] not in ("", "ocds"):
            return  # a whole file of another kind: one line says so
        is_first = False


def _is_wrong(found: Json | Skipped) -> bool:
    return isinstance(found, Skipped) and found.code == "wrong_format"


def _releases(piece: JsonItem, name: str) -> Iterator[Json | Skipped]:
    value = piece.value
    position = f"line {piece.line}"
    if not isinstance(value, dict):
        yield wrong_format(name, piece, _WANTED)
        return
    is_package = piece.path is None and any(array[0] in value and value[array[0]] is None for array in _ARRAYS)
    if "compiledRelease" in value or "versionedRelease" in value or piece.path == ("records",):
        yield from _of_record(value, name, position)
    elif looks_like_release(value):
        yield from _of_release(value, name, position)
    elif "url" in value and piece.path == ("releases",):
        yield _linked(name, position, value)
    elif is_package:
        return  # what is left of a package when its releases and records have been taken out
    elif piece.path == () and any(isinstance(value.get(array[0]), list) for array in _ARRAYS):
        for array in _ARRAYS:
            for inner in objects(value.get(array[0])):
                yield from _releases(replace(piece, value=inner, path=array), name)
    elif (isinstance(value.get("awards"), list) or isinstance(value.get("contracts"), list)) and not is_resume(value):
        yield _without_ocid(name, position)
    else:
        yield wrong_format(name, piece, _WANTED)


def _of_release(value: Json, name: str, position: str) -> Iterator[Json | Skipped]:
    lean = lean_release(value)
    if lean.get("ocid"):
        yield lean
    else:
        yield _without_ocid(name, position)


def _of_record(record: Json, name: str, position: str) -> Iterator[Json | Skipped]:
    """Take the publisher's compiled release, else the releases in full, else the last values of the versioned one."""
    ocid = identifier(record.get("ocid"))
    compiled = record.get("compiledRelease")
    full = [release for release in objects(record.get("releases")) if looks_like_release(release)]
    versioned = record.get("versionedRelease")
    if isinstance(compiled, dict) and compiled:
        found = [compiled]
    elif full:
        found = full
    elif isinstance(versioned, dict) and versioned:
        found = [last_values(versioned)]
    elif any("url" in release for release in objects(record.get("releases"))):
        yield _linked(name, f"{position} record {plain(ocid, 80)}".rstrip(), record)
        return
    else:
        found = []
    for release in found:
        yield from _of_release({**release, "ocid": release.get("ocid") or ocid}, name, position)
    if not found:
        yield Skipped(
            file=name,
            position=f"{position} record {plain(ocid, 80)}".rstrip(),
            code="empty_record",
            what="the record holds no release",
            remedy="Ask the publisher for a record with its compiled release.",
        )


def last_values(versioned: Json) -> Json:
    """Return a versioned release with the last of each field's values and the date of the last release."""
    dates: list[str] = []
    last = _last(versioned, dates, 0)
    return {**last, "date": max(dates)} if dates else last


def _last(value: Any, dates: list[str], depth: int) -> Any:
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {key: _last(entry, dates, depth + 1) for key, entry in value.items()}
    if not isinstance(value, list):
        return value
    versions = [entry for entry in value if isinstance(entry, dict) and "value" in entry and "releaseDate" in entry]
    if not versions or len(versions) < len(value):
        return [_last(entry, dates, depth + 1) for entry in value]
    newest = max(versions, key=lambda entry: str(entry["releaseDate"]))
    dates.append(str(newest["releaseDate"]))
    return newest["value"]


def _linked(name: str, position: str, release: Json) -> Skipped:
    return Skipped(
        file=name,
        position=position,
        code="linked_release",
        what=f"only a link to the release stands here ({plain(release.get('url'), 120) or 'several links'})",
        remedy="Download the linked releases and import them; nothing is fetched from the network.",
        kind="not_applicable",
    )


def _without_ocid(name: str, position: str) -> Skipped:
    return Skipped(
        file=name,
        position=position,
        code="no_id",
        what="the release has no ocid, so it could never be recognised again",
        remedy="Ask the publisher for a release with an ocid.",
    )
