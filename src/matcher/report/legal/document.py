"""A document of headings, paragraphs, lists and tables, in one language; pages and Markdown show the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matcher.languages import Phrases, message

TO_FILL_IN = message("to be filled in by the municipality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a document.

    Parameters
    ----------
    heading : str
    paragraphs : sequence of str
    points : sequence of str
        A list after the paragraphs.
    header : sequence of str
        Of the table at the end, where there is one.
    rows : sequence of sequence of str
    """

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDocument:
    """A document.

    Parameters
    ----------
    title : str
    opening : sequence of str
    sections : sequence of Section
    """

    title: str
    opening: Sequence[str]
    sections: Sequence[Section]


def filled(value: str | None, say: Phrases) -> str:
    """Return a value, or that somebody has to fill it in."""
    return value or f"[{say.text(TO_FILL_IN)}]"


def as_markdown(document: LegalDocument) -> str:
    """Return a document as Markdown."""
    return "\n".join(_lines(document)).rstrip() + "\n"


def _lines(document: LegalDocument) -> Iterator[str]:
    yield f"# {document.title}"
    yield ""
    for text in document.opening:
        yield from (text, "")
    for section in document.sections:
        yield from (f"## {section.heading}", "")
        for text in section.paragraphs:
            yield from (text, "")
        if section.points:
            yield from (*(f"- {point}" for point in section.points), "")
        if section.rows:
            yield _row(section.header)
            yield _row(["---"] * len(section.header))
            yield from map(_row, section.rows)
            yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in cells)} |"
