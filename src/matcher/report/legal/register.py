"""An entry for a municipality's register of algorithms, short enough for the public."""

from __future__ import annotations

from matcher.languages import Phrases, message
from matcher.report.legal.document import LegalDocument, Section, filled
from matcher.report.legal.facts import SystemFacts
from matcher.report.legal.parts import OVERSIGHT, RIGHTS, listed, opening


def register_entry(facts: SystemFacts, say: Phrases) -> LegalDocument:
    """Return the entry."""
    rows = [
        [say.text("Name"), f"Matcher {facts.versions.get('matcher', '')}"],
        [say.text("Responsible"), filled(facts.controller, say)],
        [say.text("Questions to"), filled(facts.officer, say)],
        [say.text("Legal ground"), filled(facts.policy_legal_basis, say)],
        [say.text("Whom it concerns"), str(facts.counts.get("candidates", 0))],
        [say.text("What it looks at"), say.text("days, skills, way to work, hours, occupations, time out of work")],
        [say.text("Target groups in rules"), ", ".join(facts.groups) or say.text("none")],
        [say.text("How it works"), say.text("mathematical optimisation with a proof; no learning from decisions")],
        [say.text("Risk"), say.text("high (AI Act, annex III, point 4), as if those duties applied already")],
    ]
    return LegalDocument(
        title=say.text("Entry in a register of algorithms"),
        opening=opening(facts, say),
        sections=[
            Section(
                heading=say.text("In short"),
                paragraphs=[
                    say.text(
                        "To propose which unemployed people take part in which training and are placed at which "
                        "vacancies from public contracts, so that a person can decide; and to follow up what lasts."
                    )
                ],
                header=[say.text(message("Question")), say.text(message("Answer"))],
                rows=rows,
            ),
            listed(message("How people oversee it"), OVERSIGHT, say),
            listed(message("What candidates may ask for"), RIGHTS, say),
        ],
    )
