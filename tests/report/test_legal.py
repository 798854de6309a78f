"""Documents that law asks for: filled from the running system, whole in two languages, honest about what is open."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from matcher.languages import Language
from matcher.report.legal import TEMPLATES, LegalDocument, SystemFacts, TableFacts, as_markdown
from matcher.report.legal.facts import RuleFacts
from matcher.report.legal.parts import ROLES
from matcher.store import ROLES as STORED_ROLES
from tests.languages.strict import strict_phrases

LAW = "Gallringsbeslut 2026:7"


def facts(**fields: Any) -> SystemFacts:
    """Return facts of a system in use."""
    given: dict[str, Any] = {
        "day": date(2026, 11, 26),
        "controller": "Arbetsmarknadsnämnden",
        "officer": "dso@example.org",
        "versions": {"matcher": "0.1.0", "ortools": "9.15"},
        "database": "PostgreSQL",
        "counts": {"candidates": 1234, "vacancies": 56, "contracts": 7, "proposals": 8, "placements": 9},
        "tables": (TableFacts(name="candidates", columns=("candidate_id", "groups"), num_rows=1234),),
        "rules": (
            RuleFacts(entity="runs", keep_months=24, is_archived=False, legal_basis=LAW, approved_by="Ada"),
            RuleFacts(entity="candidates", keep_months=None, is_archived=True, legal_basis=LAW, approved_by="Ada"),
            RuleFacts(entity="candidates", keep_months=1, is_archived=True, legal_basis=LAW, approved_by="Ada"),
        ),
        "accounts_by_role": {"matcher": 12},
        "num_systems": 2,
        "supplier_fields": ("start_date", "phone"),
        "policy_version": 3,
        "policy_approved_by": "Bo Ek",
        "policy_legal_basis": "Lagen (2013:156)",
        "tiers": ("shortfall", "placements"),
        "groups": ("youth",),
        "plan_status": "optimal",
        "plan_gaps": {"shortfall": 1e-9, "cost": None},
        "model_figures": {"log_loss": 0.4321},
        "acts": {"accept": 11, "reject": 4},
        "has_provider": True,
        "has_keys": True,
    }
    return SystemFacts(**given | fields)


EMPTY = facts(
    controller=None,
    officer=None,
    rules=(),
    groups=(),
    acts={},
    plan_status=None,
    plan_gaps={},
    model_figures={},
    supplier_fields=(),
    policy_version=None,
    policy_approved_by=None,
    policy_legal_basis=None,
)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("template", TEMPLATES)
def test_each_document_is_whole_in_each_language(template: str, language: Language) -> None:
    """Nothing is left untranslated, no value unfilled, and the same stands in it whatever the language."""
    _, fill = TEMPLATES[template]
    document = fill(facts(), strict_phrases(language))
    assert isinstance(document, LegalDocument)
    text = as_markdown(document)
    assert text.startswith(f"# {document.title}\n")
    assert "{" not in text
    assert "0.1.0" in text
    for section in document.sections:
        assert section.paragraphs or section.points or section.rows, section.heading
        assert all(len(row) == len(section.header) for row in section.rows)


def test_facts_stand_where_law_asks_for_them() -> None:
    say = strict_phrases("en")
    told = {name: as_markdown(fill(facts(), say)) for name, (_, fill) in TEMPLATES.items()}
    record = told["processing-record"]
    assert "| candidates | candidate_id, groups | 1234 |" in record
    assert f"| runs | erased after 24 months | {LAW} | Ada |" in record
    assert f"| candidates | for ever | {LAW} | Ada |" in record
    assert "start_date, phone" in record
    assert "| matcher | decide about proposals; the candidates of their units, and who they are | 12 |" in record
    assert "accept 11, reject 4" in told["impact-assessment"]
    assert "Policy 3, approved by Bo Ek" in told["impact-assessment"]
    assert "Last plan: optimal; certified gaps: shortfall 1.0e-09, cost –." in told["instructions"]
    assert "log_loss 0.4321" in told["instructions"]
    assert "Arbetsmarknadsnämnden" in told["algorithm-register"]
    assert "digg.se/tdosanmalan" in told["accessibility"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_nobody_has_said_stands_in_brackets(template: str) -> None:
    """An empty system says so, and asks for what only the municipality knows, instead of leaving a hole."""
    text = as_markdown(TEMPLATES[template][1](EMPTY, strict_phrases("en")))
    assert ("[to be filled in by the municipality]" in text) == (template != "instructions")
    assert "None" not in text
    if template in ("processing-record", "impact-assessment"):
        assert "nothing is erased by itself" in text
    if template == "instructions":
        assert "No plan has been made yet." in text


def test_every_role_is_described() -> None:
    """A new role has its line in the record of processing."""
    assert set(ROLES) == set(STORED_ROLES)
