"""The accessibility statement that lagen (2018:1937) om tillgänglighet till digital offentlig service asks for.

What stands in it follows the list of the supervising authority, Myndigheten för digital förvaltning.
"""

from __future__ import annotations

from matcher.languages import Phrases
from matcher.report.legal.document import LegalDocument, Section, filled
from matcher.report.legal.facts import SystemFacts
from matcher.report.legal.parts import opening

COMPLAINTS = "https://www.digg.se/tdosanmalan"


def accessibility_statement(facts: SystemFacts, say: Phrases) -> LegalDocument:
    """Return the accessibility statement."""
    return LegalDocument(
        title=say.text("Accessibility statement (lagen 2018:1937)"),
        opening=opening(facts, say),
        sections=[
            Section(
                heading=say.text("Service"),
                paragraphs=[
                    say.text(
                        "{name} is responsible for this service, Matcher's pages for staff and suppliers.",
                        name=filled(facts.controller, say),
                    )
                ],
            ),
            Section(
                heading=say.text("How accessible it is"),
                paragraphs=[
                    say.text(
                        "Partly compliant with the law, as long as nobody has assessed by hand what a program cannot "
                        "assess. A program (axe-core) finds no fault against WCAG 2.1 A and AA on any page, in both "
                        "languages and at two widths, before each release; pages work without scripts and by keyboard."
                    ),
                    say.text("Not accessible, and why: {text}", text=filled(None, say)),
                ],
            ),
            Section(
                heading=say.text("How it was assessed"),
                points=[
                    say.text(
                        "Method: self-assessment with automatic tests, version {version}.",
                        version=facts.versions.get("matcher", ""),
                    ),
                    say.text("Assessed by hand on: {day}", day=filled(None, say)),
                    say.text("This statement was last updated on {day}.", day=say.long_date(facts.day)),
                ],
            ),
            Section(
                heading=say.text("Tell us, or the authority"),
                points=[
                    say.text("What does not work for you: {contact}", contact=filled(facts.officer, say)),
                    say.text(
                        "Where you are not content with the answer, Myndigheten för digital förvaltning supervises: "
                        "{address}",
                        address=COMPLAINTS,
                    ),
                ],
            ),
            Section(
                heading=say.text("Exceptions"),
                paragraphs=[
                    say.text(
                        "Adaptation that would be an unreasonable burden (12 §), and content that the law leaves "
                        "out (9 §): {text}",
                        text=filled(None, say),
                    )
                ],
            ),
        ],
    )
