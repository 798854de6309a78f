"""The Swedish catalogue is complete and keeps every value."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files

import pytest

from matcher.generate.facts import facts
from matcher.languages import group_name, phrases, skill_name, skill_text
from tests.languages.catalogue import missing, originals, translated

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    """Return the forms of a message."""
    return [value] if isinstance(value, str) else list(value)


def test_every_text_has_a_swedish_translation() -> None:
    """No message of the sources is missing from the catalogue; `python -m tests.languages.catalogue` lists them."""
    assert list(missing("sv")) == []


def test_translations_fill_in_the_same_values() -> None:
    """A translation names each value of its original, and no other."""
    for entry in translated("sv"):
        for original, text in zip(texts(entry.id), texts(entry.string), strict=True):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(original)), original


def test_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    """A translation whose original has gone from the sources goes too."""
    said = {texts(entry.id)[0] for entry in originals() if entry.id}

    assert {texts(entry.id)[0] for entry in translated("sv") if entry.id} <= said


@pytest.mark.parametrize("name", ["sv.po", "errors_sv.po"])
def test_a_skill_has_one_swedish_word(name: str) -> None:
    """That of the glossary; a candidate's page, a vacancy's and an error had three."""
    text = files("matcher.languages").joinpath(name).read_text(encoding="utf-8")
    assert re.findall(r"\b[Ff]ärdighet\w*|\b[Kk]unskap(?:er)?\b(?! om)", text) == []


@pytest.mark.parametrize("name", ["sv.po", "errors_sv.po"])
def test_no_text_is_translated_twice(name: str) -> None:
    """The second of two translations would never be read."""
    text = files("matcher.languages").joinpath(name).read_text(encoding="utf-8")
    found = Counter(re.findall(r'^((?:msgctxt ".+"\n)?msgid ".+")$', text, re.MULTILINE))
    assert [one for one, count in found.items() if count > 1] == []


def test_values_are_written_as_the_language_writes_them() -> None:
    """Numbers, percentages, dates and lists follow the reader's habits."""
    english, swedish = phrases("en"), phrases("sv")

    assert (english.number(12345.5), swedish.number(Decimal("12345.5"))) == ("12,345.5", "12\N{NO-BREAK SPACE}345,5")
    assert (english.number(1.25, most=1), english.number(2, 2)) == ("1.2", "2.00")
    assert (english.number(-0.001), english.number(-0.0, 1), swedish.number(-0.4, most=0)) == ("0", "0.0", "0")
    assert (english.percent(-0.001), english.percent(-0.05), swedish.number(-0.01)) == ("0%", "-5%", "-0,01")
    assert (english.percent(0.125, 1), swedish.percent(0.125, 1)) == ("12.5%", "12,5\N{NO-BREAK SPACE}%")
    assert (english.long_date(date(2026, 6, 1)), swedish.long_date(date(2026, 6, 1))) == ("1 June 2026", "1 juni 2026")
    assert (english.month_of_year(date(2026, 6, 1)), swedish.month(date(2026, 6, 1))) == ("June 2026", "juni")
    assert (english.value(("a", "b", "c")), swedish.value(("a", "b"))) == ("a, b and c", "a och b")
    assert (english.alternatives("ab"), swedish.alternatives("abc")) == ("a or b", "a, b eller c")
    assert (english.value(date(2026, 6, 1)), swedish.value(date(2026, 6, 1))) == ("1 June 2026", "2026-06-01")
    noon = datetime(2026, 6, 1, 12, 5, 59)
    assert (english.moment(noon), swedish.moment(noon)) == ("1 June 2026 12:05", "2026-06-01 12:05")
    assert (english.value(None), english.value(True)) == ("None", "True")


def test_counted_texts_take_the_form_that_fits() -> None:
    """One person is not one people."""
    one, many = "{count} person", "{count} people"

    assert [phrases("en").plural(one, many, count) for count in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
    assert [phrases("sv").plural(one, many, count) for count in (1, 2)] == ["1 person", "2 personer"]


def test_a_skill_is_said_by_its_name_and_its_level() -> None:
    """Level 1 is having the skill at all; a skill of somebody's own keeps its own name."""
    english, swedish = phrases("en"), phrases("sv")
    assert (skill_text("swedish", 6, english), skill_text("swedish", 6, swedish)) == (
        "Swedish level 6",
        "svenska nivå 6",
    )
    assert (skill_text("b-licence", 1, english), skill_text("b-licence", 1, swedish)) == (
        "driving licence B",
        "B-körkort",
    )
    assert (skill_text("esco:S1.2", 2, swedish), skill_name("danish", english)) == ("esco:S1.2 nivå 2", "danish")


def test_every_skill_of_the_invented_cities_has_a_name_of_its_own_in_both_languages() -> None:
    for say in (phrases("en"), phrases("sv")):
        names = [skill_name(skill, say) for skill in facts().skills]
        assert len(set(names)) == len(names) > 100
        assert not any("-" in name and name in facts().skills for name in names)


def test_group_without_a_known_name_is_shown_as_written() -> None:
    """A municipality's own group keeps its own name."""
    assert group_name("youth", phrases("sv")) == "unga"
    assert group_name("seafarers", phrases("sv")) == "seafarers"
