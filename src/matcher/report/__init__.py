"""The page that a caseworker, a buyer and an auditor read: a plan as one self-contained HTML file."""

from matcher.report.page import report_page, write_report
from matcher.report.studies import (
    equality_study,
    frontier_study,
    requirement_study,
    rolling_study,
    scenario_study,
    simulation_study,
    society_rows,
    thing_text,
    with_simulated_society,
    with_society,
    worth_study,
)
from matcher.report.study_files import study_document, write_study
from matcher.report.study_html import study_page
from matcher.report.study_text import study_from_text, study_to_text
from matcher.report.summary import (
    RunFacts,
    Summary,
    breach_texts,
    comparison_text,
    floor_text,
    gap_text,
    headline,
    sentences,
    summarise,
)

__all__ = [
    "RunFacts",
    "Summary",
    "breach_texts",
    "comparison_text",
    "equality_study",
    "floor_text",
    "frontier_study",
    "gap_text",
    "headline",
    "report_page",
    "requirement_study",
    "rolling_study",
    "scenario_study",
    "sentences",
    "simulation_study",
    "society_rows",
    "study_document",
    "study_from_text",
    "study_page",
    "study_to_text",
    "summarise",
    "thing_text",
    "with_simulated_society",
    "with_society",
    "worth_study",
    "write_report",
    "write_study",
]
