"""The page that a caseworker, a buyer and an auditor read: a plan as one self-contained HTML file."""

from matcher.report.page import report_page, write_report
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
    "floor_text",
    "gap_text",
    "headline",
    "report_page",
    "sentences",
    "summarise",
    "write_report",
]
