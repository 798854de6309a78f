"""Instructions for use, by what article 13(3) of the AI Act lists."""

from __future__ import annotations

from matcher.languages import Phrases, message
from matcher.report.legal.document import LegalDocument, Section
from matcher.report.legal.facts import SystemFacts
from matcher.report.legal.parts import OVERSIGHT, listed, opening, who_sees

LIMITS = (
    message("It knows only what is stored. A wrong date or a missing skill makes a wrong proposal."),
    message("The forecast of what lasts is an average of many: of one person it says little."),
    message("A plan that a limit of time has ended is valid, and its gap says how far from best it may be."),
    message("It is not made for choosing among applicants to an ordinary employment, nor for watching or sanctioning."),
)
KEEPING = (
    message(
        "A worker with --nightly plans once a day and erases what is due; a backup and matcher audit verify follow."
    ),
    message("Logs of what was run, seen and decided stay in the database until a rule of retention ends them."),
    message("matcher replay makes a run again from what it had read, and compares the plans byte by byte."),
)


def instructions_for_use(facts: SystemFacts, say: Phrases) -> LegalDocument:
    """Return the instructions for use."""
    return LegalDocument(
        title=say.text("Instructions for use (AI Act, article 13)"),
        opening=opening(facts, say),
        sections=[
            Section(
                heading=say.text("What it is for"),
                paragraphs=[
                    say.text(
                        "To propose which unemployed people take part in which training and are placed at which "
                        "vacancies from public contracts, so that a person can decide; and to follow up what lasts."
                    )
                ],
            ),
            _figures(facts, say),
            listed(message("What it cannot do, and is not for"), LIMITS, say),
            Section(
                heading=say.text("What it has to be given"),
                paragraphs=[
                    say.text(
                        "Candidates with days, skills, way and hours; vacancies and contracts with what they ask for; "
                        "courses with seats and prices. The documentation of the formats describes every column, and "
                        "every fault is told with its place."
                    )
                ],
            ),
            listed(message("How people oversee it"), OVERSIGHT, say),
            who_sees(facts, say),
            listed(message("Keeping it running"), KEEPING, say),
            Section(
                heading=say.text("Versions"),
                points=[f"{name} {version}" for name, version in facts.versions.items()],
            ),
        ],
    )


def _figures(facts: SystemFacts, say: Phrases) -> Section:
    """Return how good the last plan and the forecast are."""
    points = []
    if facts.plan_status is not None:
        gaps = ", ".join(f"{name} {'–' if gap is None else f'{gap:.1e}'}" for name, gap in facts.plan_gaps.items())
        points.append(say.text("Last plan: {status}; certified gaps: {gaps}.", status=facts.plan_status, gaps=gaps))
    else:
        points.append(say.text("No plan has been made yet."))
    if facts.model_figures:
        figures = ", ".join(f"{name} {value:.4f}" for name, value in facts.model_figures.items())
        points.append(say.text("Forecast in use, on outcomes that it had not seen: {figures}.", figures=figures))
    else:
        points.append(say.text("Forecast in use: what the policy believes; no model has been trained and switched to."))
    return Section(heading=say.text("How exact it is"), points=points)
