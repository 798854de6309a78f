"""Documents that law asks for, filled from the running system: what it is, does, keeps and reaches just now."""

from collections.abc import Callable, Mapping

from matcher.languages import Phrases, message
from matcher.report.legal.accessibility import accessibility_statement
from matcher.report.legal.assessment import impact_assessment
from matcher.report.legal.document import LegalDocument, Section, as_markdown
from matcher.report.legal.facts import SystemFacts, TableFacts
from matcher.report.legal.instructions import instructions_for_use
from matcher.report.legal.processing import processing_record
from matcher.report.legal.register import register_entry

TEMPLATES: Mapping[str, tuple[str, Callable[[SystemFacts, Phrases], LegalDocument]]] = {
    "processing-record": (message("Record of processing (GDPR, article 30)"), processing_record),
    "impact-assessment": (message("Impact assessment (GDPR, article 35; AI Act, article 27)"), impact_assessment),
    "instructions": (message("Instructions for use (AI Act, article 13)"), instructions_for_use),
    "algorithm-register": (message("Entry in a register of algorithms"), register_entry),
    "accessibility": (message("Accessibility statement (lagen 2018:1937)"), accessibility_statement),
}

__all__ = ["TEMPLATES", "LegalDocument", "Section", "SystemFacts", "TableFacts", "as_markdown"]
