"""Errors in the reader's language: every sentence of the sources has its translation, and values are carried over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from matcher.errors import THING_BY_TABLE, ContradictoryDecisions, Fault, InvalidInput
from matcher.formats import row_from_text
from matcher.languages.error_texts import fault_text, sentence_text
from matcher.solve import solve
from matcher.solve.refusals import LIMIT_IN_WORDS, unsupported_rules
from tests import builders as b
from tests.languages.sentences import PACKAGE, templates

HOLE = re.compile(r"\{[0-9]\}")
# Parts that stand alone in the sources and are never said alone.
NEVER_ALONE = {
    *("{0} {1}", "{0}{1}", " and {0} more", "; nothing after it could be read", "driving_license"),
    *("a notice of the kind {0} awards nothing{1}", "no contract was awarded{0}", "this is not {0}{1}"),
}


def catalogue() -> dict[str, str]:
    with Path(PACKAGE / "languages" / "errors_sv.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, locale="sv") if entry.id}


def test_every_sentence_of_an_error_is_translated() -> None:
    """What the sources say has its Swedish, so that nobody reads half an answer in English."""
    limits = {text.replace("{}", "{0}") for text in LIMIT_IN_WORDS.values()}
    assert sorted((templates() | limits | set(THING_BY_TABLE.values())) - catalogue().keys() - NEVER_ALONE) == []


def test_translations_have_the_values_of_their_originals() -> None:
    for original, string in catalogue().items():
        assert set(HOLE.findall(original)) == set(HOLE.findall(string)), original


def test_a_fault_is_said_in_swedish_with_its_values() -> None:
    fault = Fault(
        code="out_of_range",
        table="candidates",
        entity_id="C1",
        field="extent_percent",
        value=101,
        must="have extent_percent from 1 to 100",
        remedy="Write a number from 1 to 100.",
        file="body#/extent_percent",
        line=2,
    )
    assert fault_text(fault, "sv") == (
        "Kandidat 'C1' (body#/extent_percent rad 2) måste ha extent_percent från 1 till 100, fick 101. "
        "Skriv ett tal från 1 till 100."
    )
    assert fault_text(fault, "en") == str(fault)


def test_no_fault_of_a_row_is_left_in_english() -> None:
    text = '{"contract_id": "a;b", "start_date": "soon", "end_date": 3, "status": "x", "y": 1}'
    with pytest.raises(InvalidInput) as raised:
        row_from_text("contracts", text)
    for fault in raised.value.faults:
        said = fault_text(fault, "sv")
        assert " måste " in said
        assert not re.search(r"\b(must|have|Write|Choose|Correct)\b", said), said


def test_decisions_that_exclude_one_another_are_told_in_swedish() -> None:
    """A run's page shows what was kept of a failure, sentence by sentence."""
    one = b.vacancy(start_date="2026-09-01")
    problem = b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2")],
        vacancies=[one],
        decisions=[b.decision("C1"), b.decision("C2")],
    )
    with pytest.raises(ContradictoryDecisions) as raised:
        solve(problem)
    (sentence,) = raised.value.contradictions
    assert sentence_text(sentence, "en") == sentence
    assert sentence_text(sentence, "sv") == (
        "Kandidat 'C2' kan inte vara låst på tjänst 'V1': platserna på tjänst 'V1' är tagna. I vägen: C1 (V1). "
        "Ta tillbaka ett av besluten."
    )


def test_a_fault_that_was_kept_as_a_sentence_is_said_in_swedish() -> None:
    """Also where its value has the words of a sentence, and its remedy several sentences."""
    problem = b.problem(resources=[b.resource()], vacancies=[b.vacancy()])
    (fault,) = unsupported_rules(problem)
    said = sentence_text(str(fault), "sv")
    assert said.startswith("Resurs 'R1' måste anges av en tjänst, eller av par")
    assert not re.search(r"\b(must|got|Remove|This version)\b", said), said


def test_a_sentence_that_nobody_has_translated_stays_as_it_is() -> None:
    assert sentence_text("Something else must be.", "sv") == "Something else must be."
    assert sentence_text("Run '7' must be there. List the runs and choose one.", "sv") == (
        "Körning '7' måste finnas. Lista körningarna och välj en."
    )
