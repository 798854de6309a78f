"""An impact assessment: article 35(7) of the GDPR and article 27(1) of the AI Act in one, as the latter allows."""

from __future__ import annotations

from matcher.languages import Phrases, message
from matcher.report.legal.document import LegalDocument, Section, filled
from matcher.report.legal.facts import SystemFacts
from matcher.report.legal.parts import MEASURES, OVERSIGHT, RIGHTS, listed, opening, responsible, retention

RISKS = (
    (
        message("Somebody is passed over because facts are wrong or missing."),
        message("The person reads the facts in a letter, has them corrected, and asks for review by another."),
    ),
    (
        message("A rule or a goal works against a group without anybody wanting it."),
        message(
            "Protected attributes decide nothing but what a declared rule says; equality is audited by its own role."
        ),
    ),
    (
        message("People accept whatever is proposed."),
        message("Few proposals at a time, costs shown before deciding, and warnings on the page of oversight."),
    ),
    (
        message("Who somebody is becomes known to people who need not know."),
        message("Pseudonyms, the vault, roles and units, and a log of every look."),
    ),
    (
        message("Data are kept longer than they are needed."),
        message("The municipality's rules of retention, applied every night and reported."),
    ),
    (
        message("The program makes a mistake."),
        message("An independent checker recomputes every plan and bound; a plan that fails is not handed out."),
    ),
)
RISK, MEASURE, LEFT = message("Risk"), message("Measure"), message("What is left, as the municipality sees it")


def impact_assessment(facts: SystemFacts, say: Phrases) -> LegalDocument:
    """Return the impact assessment."""
    counts = facts.counts
    decided = ", ".join(f"{act} {count}" for act, count in facts.acts.items()) or say.text("none")
    return LegalDocument(
        title=say.text("Impact assessment (GDPR, article 35; AI Act, article 27)"),
        opening=opening(facts, say),
        sections=[
            responsible(facts, say),
            Section(
                heading=say.text("What is done, how often, and to whom"),
                paragraphs=[
                    say.text(
                        "Every night, or when a planner asks, one plan is made for all candidates and vacancies at "
                        "once. There are {candidates} candidates, {vacancies} vacancies, {contracts} contracts, "
                        "{proposals} proposals and {placements} placements by now.",
                        candidates=counts.get("candidates", 0),
                        vacancies=counts.get("vacancies", 0),
                        contracts=counts.get("contracts", 0),
                        proposals=counts.get("proposals", 0),
                        placements=counts.get("placements", 0),
                    ),
                    say.text("Decisions that people have taken: {decisions}.", decisions=decided),
                    say.text("Used from and until: {period}.", period=filled(None, say)),
                ],
            ),
            Section(
                heading=say.text("Why it is necessary and proportionate"),
                paragraphs=[
                    say.text(
                        "The aims, in their order: {tiers}. Policy {version}, approved by {who}; legal basis: {basis}.",
                        tiers=", ".join(facts.tiers),
                        version=str(facts.policy_version or "–"),
                        who=filled(facts.policy_approved_by, say),
                        basis=filled(facts.policy_legal_basis, say),
                    ),
                    say.text("Why the purpose cannot be reached with less: {reason}", reason=filled(None, say)),
                ],
            ),
            Section(
                heading=say.text("Risks for people's rights, and what is done about them"),
                header=[say.text(name) for name in (RISK, MEASURE, LEFT)],
                rows=[[say.text(risk), say.text(measure), filled(None, say)] for risk, measure in RISKS],
            ),
            listed(message("How people oversee it"), OVERSIGHT, say),
            listed(message("What candidates may ask for"), RIGHTS, say),
            listed(message("What protects it"), MEASURES, say),
            retention(facts, say),
            Section(
                heading=say.text("Who was asked"),
                points=[
                    say.text("Data protection officer's advice: {text}", text=filled(None, say)),
                    say.text("Views of candidates or those who speak for them: {text}", text=filled(None, say)),
                ],
            ),
        ],
    )
