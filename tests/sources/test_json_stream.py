"""JSON of any size is read piece by piece, and a broken piece costs only itself."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.sources.json_stream import CHUNK, BrokenJson, JsonItem, JsonStream

HITS = (("hits",), ("hits", "hits"))


def pieces(text: str, arrays: Any = (), **options: int) -> list[JsonItem | BrokenJson]:
    return list(JsonStream(io.StringIO(text), arrays, **options).pieces())


def values(text: str, arrays: Any = (), **options: int) -> list[Any]:
    return [piece.value for piece in pieces(text, arrays, **options) if isinstance(piece, JsonItem)]


def broken_lines(text: str, arrays: Any = (), **options: int) -> list[int]:
    return [piece.line for piece in pieces(text, arrays, **options) if isinstance(piece, BrokenJson)]


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
_records = st.lists(st.dictionaries(st.text(max_size=8), _json_values, max_size=4), min_size=1, max_size=6)


@given(_records, st.sampled_from([None, 1, 2]))
def test_every_layout_gives_the_same_records(records: list[dict[str, Any]], indent: int | None) -> None:
    """An array, a pretty-printed array and one record per line hold the same."""
    assert values(json.dumps(records, indent=indent)) == records
    assert values("\n".join(json.dumps(record, ensure_ascii=False) for record in records)) == records
    assert values("\r\n".join(json.dumps(record) for record in records) + "\r\n") == records


@given(_records)
def test_arrays_inside_a_document_are_handed_on_before_the_rest(records: list[dict[str, Any]]) -> None:
    """A search answer of any length is never held as a whole."""
    text = json.dumps({"total": 3, "hits": {"max": 1, "hits": records}, "took": 7})
    assert values(text, HITS) == [*records, {"total": 3, "hits": {"max": 1, "hits": None}, "took": 7}]
    assert values(json.dumps({"hits": records}), HITS) == [*records, {"hits": None}]


@pytest.mark.parametrize(
    "broken", ['{"a" 2}', '{"a": }', '{"a": "never ends', '{"a": 1', '{"a": 01}', '{"a": "\\x"}', "}{"]
)
def test_a_broken_record_costs_only_itself(broken: str) -> None:
    """The records before and after it are taken, and its line is named."""
    text = f'{{"n": 1}}\n{broken}\n{{"n": 3}}\n'
    assert values(text) == [{"n": 1}, {"n": 3}]
    assert broken_lines(text)[0] == 2


@pytest.mark.parametrize("indent", ["", "  ", "\t"])
def test_a_broken_element_of_an_array_costs_only_itself(indent: str) -> None:
    """The next element is found by its indentation, also inside a package."""
    array = f'[\n{indent}{{"n": 1}},\n{indent}{{"n" 2,\n{indent}  "m": {{"x": 1}}}},\n{indent}{{"n": 3}}\n]'
    assert values(array) == [{"n": 1}, {"n": 3}]
    assert values(f'{{"releases": {array}}}', [("releases",)])[:2] == [{"n": 1}, {"n": 3}]
    assert broken_lines(array) == [3]


def test_elements_on_the_line_of_the_bracket_are_found_again() -> None:
    """Arrays written as [{...},\\n{...}] are read on after a broken element too."""
    assert values('[{"n": 1},\n{"n" 2},\n{"n": 3}]') == [{"n": 1}, {"n": 3}]


def test_a_broken_line_of_packages_does_not_end_the_file() -> None:
    """Where the broken array stands on one line, the next line is a new document."""
    text = '{"releases": [{"n": 1}, {"n" 2}]}\n{"releases": [{"n": 3}]}\n'
    assert [value for value in values(text, [("releases",)]) if "n" in value] == [{"n": 1}, {"n": 3}]


def test_what_cannot_be_found_again_is_said() -> None:
    """The reader is told that the rest of the file was not read."""
    last = pieces('[{"n": 1}, {"n" 2}, {"n": 3}]')[-1]
    assert isinstance(last, BrokenJson)
    assert last.ends_file


@pytest.mark.parametrize("bomb", ["[" * 200_000, '{"a":' * 200_000, '{"a":[' * 100_000])
def test_a_depth_bomb_is_one_broken_piece(bomb: str) -> None:
    """Nesting without end neither crashes nor hangs."""
    found = pieces(bomb, HITS)
    assert [type(piece) for piece in found] == [BrokenJson]


def test_a_record_may_only_be_so_long() -> None:
    """One endless text does not fill the memory; the next record is still found."""
    text = '{"a": "' + "x" * (4 * CHUNK) + '"}\n{"n": 2}\n'
    assert values(text, max_element=CHUNK) == [{"n": 2}]


def test_numbers_that_no_record_needs_are_refused() -> None:
    """An integer of thousands of digits is not converted; NaN counts as nothing."""
    assert values('{"n": ' + "9" * 5000 + '}\n{"n": NaN}\n') == [{"n": None}]


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_an_empty_text_has_no_pieces(text: str) -> None:
    """There is nothing to read and nothing to report."""
    assert pieces(text) == []


def test_bytes_that_are_not_utf8_are_seen_where_they_stand() -> None:
    """Only the record that holds them is in doubt."""
    raw = b'{"n": "a"}\n{"n": "\xe5"}\n{"n": "\xc3\xa5"}\n'
    stream = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", errors="surrogateescape")
    found = [piece for piece in JsonStream(stream, ()).pieces() if isinstance(piece, JsonItem)]
    assert [piece.is_utf8 for piece in found] == [True, False, True]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3 * CHUNK), st.integers(0, 40))
def test_the_borders_of_what_is_read_at_a_time_do_not_matter(length: int, shift: int) -> None:
    """A value that ends anywhere near a border is read whole."""
    records = [{"a": "å" * length, "b": [1, -2.5e3, True, None, '\\"\n\U0001f600']}, {"c": "y" * shift}]
    assert values(" " * shift + json.dumps(records)) == records
    assert values(json.dumps(records[0]) + "\n" + json.dumps(records[1], ensure_ascii=False)) == records


def test_memory_stays_bounded_however_long_the_file() -> None:
    """More megabytes of records are read than are ever held."""
    line = json.dumps({"id": "x" * 200}) + "\n"

    class Endless(io.StringIO):
        left = 30_000

        def read(self, size: int | None = -1) -> str:
            count = min(300, self.left)
            self.left -= count
            return line * count

    tracemalloc.start()
    count = sum(1 for _ in JsonStream(Endless(), HITS).pieces())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_000
    assert peak < 3_000_000
