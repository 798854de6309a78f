"""The record of processing that article 30(1) of the GDPR asks for, in the order of its letters."""

from __future__ import annotations

from matcher.languages import Phrases, group_name, message
from matcher.report.legal.document import LegalDocument, Section, filled
from matcher.report.legal.facts import SystemFacts
from matcher.report.legal.parts import MEASURES, listed, opening, responsible, retention, who_sees

TABLE, COLUMNS, ROWS = message("Table"), message("What stands in it"), message("Rows")


def processing_record(facts: SystemFacts, say: Phrases) -> LegalDocument:
    """Return the record of processing."""
    return LegalDocument(
        title=say.text("Record of processing (GDPR, article 30)"),
        opening=opening(facts, say),
        sections=[
            responsible(facts, say),
            Section(
                heading=say.text("Purposes"),
                paragraphs=[
                    say.text(
                        "To propose which unemployed people take part in which training and are placed at which "
                        "vacancies from public contracts, so that a person can decide; and to follow up what lasts."
                    ),
                    say.text("Legal basis: {basis}", basis=filled(facts.policy_legal_basis, say)),
                ],
            ),
            Section(
                heading=say.text("Whose data, and which"),
                paragraphs=[
                    say.text(
                        "Candidates ({candidates}), under pseudonyms; staff and suppliers' contacts by their accounts. "
                        "Target groups are stored as far as a law or a contract names them: {groups}.",
                        candidates=facts.counts.get("candidates", 0),
                        groups=", ".join(group_name(group, say) for group in facts.groups) or say.text("none"),
                    )
                ],
                header=[say.text(name) for name in (TABLE, COLUMNS, ROWS)],
                rows=[[table.name, ", ".join(table.columns), str(table.num_rows)] for table in facts.tables],
            ),
            who_sees(facts, say),
            Section(
                heading=say.text("Recipients and other countries"),
                points=[
                    say.text(
                        "Suppliers' contacts see of accepted people: {fields}.",
                        fields=", ".join(facts.supplier_fields) or say.text("none"),
                    ),
                    say.text(
                        "The program sends nothing to other countries; where it runs decides the rest: {place}.",
                        place=filled(None, say),
                    ),
                ],
            ),
            retention(facts, say),
            listed(message("What protects it"), MEASURES, say),
        ],
    )
