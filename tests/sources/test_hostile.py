"""Whatever a file holds, an import ends with a report: never a traceback, never a half-written folder."""

from __future__ import annotations

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from matcher.formats import read_problem
from matcher.sources import SOURCE_NAMES, ImportReport, import_files
from tests.sources.ads import FORKLIFT, ad, code_tables, concept, related_skills
from tests.sources.folders import codes, contents, imported, lines, table
from tests.sources.notices import notice, ted_award, ted_export
from tests.sources.releases import award, release
from tests.sources.test_xml_reading import LAUGHS, XXE

JUNK: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b" \n\n\t ",
    "nul bytes": b"\0" * 1000,
    "nul in json": b'{"ocid": "a\0b", "headline": "\0"}',
    "latin-1": '{"ocid": "ocds-å", "headline": "å", "id": "1", "preferred_label": "å"}'.encode("latin-1"),
    "utf-16": '{"ocid": "ocds-1", "headline": "a"}'.encode("utf-16"),
    "utf-16 without mark": '{"ocid": "ocds-1", "headline": "a"}'.encode("utf-16-le"),
    "depth in arrays": b"[" * 100_000,
    "depth in objects": b'{"hits":' * 50_000,
    "depth under a key": b'{"releases": [{"ocid": "a", "awards": ' + b"[" * 5_000 + b"]" * 5_000 + b"}]}",
    "text": "Det här är ingen datafil.".encode(),
    "number": b"17",
    "null": b"null",
    "word": b'"ocds"',
    "list of nothing": b"[null, [], {}, 1, [[[]]]]",
    "huge number": b'{"ocid": ' + b"9" * 100_000 + b"}",
    "binary": bytes(range(256)) * 50,
    "html": b"<!DOCTYPE html><html><body>Not found</body></html>",
    "billion laughs": LAUGHS.encode(),
    "external entity": XXE.encode(),
    "xml depth": b"<a>" * 50_000,
    "open xml": b"<ContractAwardNotice><cbc:ID>",
    "zip": b"PK\x03\x04" + bytes(100),
    "schema": b'{"$schema": "x", "properties": {"ocid": {}}}',
}


def is_calm(report: ImportReport) -> bool:
    """Tell whether every line of the report was foreseen and says something."""
    return "unforeseen" not in codes(report) and all(skipped.what and skipped.remedy for skipped in report.skipped)


@pytest.mark.parametrize("source", SOURCE_NAMES)
@pytest.mark.parametrize("name", JUNK)
def test_junk_becomes_a_line_of_the_report(tmp_path: Path, source: str, name: str) -> None:
    """It is named with what it is and what to do, and nothing is written."""
    report = imported(tmp_path / "problem", source, JUNK[name])
    assert is_calm(report)
    assert report.num_skipped >= 1
    assert contents(tmp_path / "problem") == {}
    assert report.as_text()


@pytest.mark.parametrize(
    ("source", "content", "named"),
    [
        ("ocds", ad(), "jobtech-ads"),
        ("ocds", {"hits": [ad(), ad("2")]}, "jobtech-ads"),
        ("ocds", lines(ad(), ad("2"), ad("3")), "jobtech-ads"),
        ("ocds", code_tables(), "jobtech-taxonomy"),
        ("jobtech-ads", {"releases": [release()]}, "ocds"),
        ("jobtech-ads", lines(release(), release()), "ocds"),
        ("jobtech-ads", related_skills(), "jobtech-taxonomy"),
        ("jobtech-taxonomy", release(), "ocds"),
        ("jobtech-taxonomy", {"hits": [ad()]}, "jobtech-ads"),
    ],
)
def test_a_file_of_another_source_is_told_where_it_belongs(
    tmp_path: Path, source: str, content: object, named: str
) -> None:
    """One line, however many records it has, names the right source."""
    report = imported(tmp_path / "problem", source, content)
    assert codes(report) == ["wrong_format"]
    assert named in report.skipped[0].remedy


def test_a_good_file_is_taken_among_bad_ones(tmp_path: Path) -> None:
    """Files are isolated from one another."""
    report = imported(tmp_path / "problem", "ocds", *JUNK.values(), release(), *JUNK.values())
    assert is_calm(report)
    assert len(table(tmp_path / "problem", "contracts")) == 1


def test_what_stands_before_a_break_is_taken(tmp_path: Path) -> None:
    """A download that broke off gives what it holds, and the report says that there was more."""
    half = json.dumps({"releases": [release("ocds-1"), release("ocds-2"), release("ocds-3")]}).encode()[:-300]
    report = imported(tmp_path / "problem", "ocds", half)
    assert codes(report) == ["not_json"]
    assert "nothing after it could be read" in report.skipped[0].what
    assert len(table(tmp_path / "problem", "contracts")) == 2


def test_paths_that_are_no_files_are_named(tmp_path: Path) -> None:
    """Missing files, empty folders and pipes end in the report; matching files of folders are taken."""
    inbox = tmp_path / "inbox"
    (inbox / "deep" / "deeper").mkdir(parents=True)
    (inbox / "empty").mkdir()
    (inbox / "deep" / "deeper" / "a.JSON").write_text(json.dumps(release()), encoding="utf-8")
    (inbox / "deep" / "LICENSE").write_text("x")
    (inbox / "deep" / ".hidden.json").write_text("x")
    (inbox / "deep" / "loop").symlink_to(inbox)
    (inbox / "broken.json").symlink_to(inbox / "nowhere")
    os.mkfifo(inbox / "pipe.json")
    paths = [
        inbox / "nowhere.json",
        inbox / "empty",
        inbox / "pipe.json",
        inbox,
        str(inbox / "deep" / "deeper" / "a.JSON"),
    ]
    report = import_files("ocds", paths, tmp_path / "problem")
    assert sorted(codes(report)) == ["no_files", "not_a_file", "not_found"]
    assert report.read == 1


@pytest.mark.parametrize("source", SOURCE_NAMES)
def test_ids_cannot_leave_the_folder_or_break_a_table(tmp_path: Path, source: str) -> None:
    """Paths, separators, quotes and line ends in ids come out harmless."""
    evil = "../../etc/passwd;\"x\",\n=cmd|' /C calc'!A0\u202e"
    content: dict[str, Any] = {
        "ocds": release(evil, awards=[award(evil, title=evil, suppliers=[{"id": evil, "name": evil}])]),
        "eforms": notice(winner="=cmd|' /C calc'!A0").replace("LOT-0001", "../x;y,z"),
        "ted": ted_export(ted_award(contractors=("=1+1",))),
        "jobtech-ads": ad(evil, headline=evil, must_have={"skills": [concept(evil, evil), concept(None, evil)]}),
        "jobtech-taxonomy": code_tables(),
    }
    report = imported(tmp_path / "problem", source, content[source])
    assert is_calm(report)
    problem = read_problem(tmp_path / "problem") if source != "jobtech-taxonomy" else None
    if problem is not None:
        assert len(problem.contracts) + len(problem.vacancies) == 1
        for made in (*problem.contracts, *problem.vacancies):
            assert made.title is None or "\n" not in made.title
    before = contents(tmp_path / "problem")
    imported(tmp_path / "problem", source, content[source])
    assert contents(tmp_path / "problem") == before


_ODD_LEAVES: list[Any] = [None, True, 0, -1, 1e308, "", "[]", "x", "\ud800", "\0", "2026-02-30", "å" * 500]
_ODD_VALUES = st.sampled_from([*_ODD_LEAVES, [], {}, [[]], [None], {"id": None}, [{"id": 1}]])


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, entry in inside for place in _places(entry, (*path, key)))]


def _replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    changed = copy.copy(value)
    changed[path[0]] = _replaced(value[path[0]], path[1:], odd)
    return changed


_RELEASE = release(
    awards=[award(items=[{"id": "1", "classification": {"scheme": "CPV", "id": "45233130"}}], relatedLots=["L"])],
    contracts=[
        {"id": "C", "awardID": "1", "status": "active", "period": {"startDate": "2026-05-01", "durationInDays": 30}}
    ],
    tender={
        "title": "T",
        "lots": [{"id": "L", "sustainability": [{"goal": "social"}], "contractPeriod": {}}],
        "items": [],
    },
)
_AD = ad(
    must_have={"skills": [concept(FORKLIFT, "Truckkort", "55", weight=10)], "education_level": [concept("a_b_c", "x")]},
    driving_license=[concept("VTK8_WRx_GcM", "B")], driving_license_required=True, experience_required=True,
)  # fmt: skip
_JSON_DOCUMENTS = {
    "ocds": {
        "records": [{"ocid": "ocds-1", "releases": [_RELEASE], "compiledRelease": _RELEASE}],
        "releases": [_RELEASE],
    },
    "jobtech-ads": {"hits": {"hits": [{"_source": _AD}]}},
    "jobtech-taxonomy": {
        **code_tables(),
        **related_skills(),
        "places": [{"kommunkod": "1441", "label": "Lerum", "latitud": 1}],
    },
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(_JSON_DOCUMENTS)),
    st.lists(st.tuples(st.integers(0, 10**6), _ODD_VALUES), min_size=1, max_size=4),
)
def test_any_value_may_be_odd(tmp_path: Path, source: str, changes: list[tuple[int, Any]]) -> None:
    """Whatever stands anywhere in a document, it is taken or reported, and taking it twice changes nothing."""
    document: Any = _JSON_DOCUMENTS[source]
    for number, odd in changes:
        places = _places(document)
        document = _replaced(document, places[number % len(places)], odd)
    folder = tmp_path / str(random.random())
    content = json.dumps(document).encode()
    assert is_calm(imported(folder, source, content))
    before = contents(folder)
    assert is_calm(imported(folder, source, content))
    assert contents(folder) == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["eforms", "ted"]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 4)), min_size=1, max_size=5),
)
def test_any_element_may_be_odd(tmp_path: Path, source: str, changes: list[tuple[int, int]]) -> None:
    """Elements may be missing, empty, repeated, renamed or filled with anything."""
    root = etree.fromstring((notice() if source == "eforms" else ted_export(ted_award())).encode())
    for number, way in changes:
        elements = [element for element in root.iter() if element.getparent() is not None]
        element = elements[number % len(elements)] if elements else root
        _made_odd(element, way)
    folder = tmp_path / str(random.random())
    content = etree.tostring(root)
    assert is_calm(imported(folder, source, content))
    before = contents(folder)
    assert is_calm(imported(folder, source, content))
    assert contents(folder) == before


def _made_odd(element: etree._Element, way: int) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if way == 0:
        parent.remove(element)
    elif way == 1:
        element.text = "-1;\u2028x"
    elif way == 2:
        parent.append(copy.deepcopy(element))
    elif way == 3:
        element.attrib.clear()
        element.text = None
    else:
        element.tag = "{urn:other}" + element.tag.rpartition("}")[2]


@pytest.mark.parametrize("source", ["ocds", "jobtech-ads"])
def test_a_curriculum_vitae_is_told_as_what_it_is(source: str, tmp_path: Path) -> None:
    """A JSON Resume has awards, as releases have, and no source reads it yet: none is recommended."""
    resume = {"basics": {"name": "Ada"}, "work": [], "awards": [{"title": "Best"}]}
    report = imported(tmp_path / "problem", source, resume)

    (skipped,) = report.skipped
    assert "seems to be a JSON Resume" in skipped.what
    assert "Import it with" not in skipped.remedy
