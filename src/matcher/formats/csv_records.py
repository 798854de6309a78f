"""Records of a CSV file with quoted cells, and the place of a quotation mark that does not fit."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO

from matcher.formats.text_lines import BrokenFile, Lines

_CELL = re.compile(r'(?:"(?:[^"]|"")*"|[^",\n][^,\n]*|)(?=,)')


def records(lines: Lines, blocks: Iterator[Lines]) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of the line on which it begins; raises `BrokenFile`.

    Parameters
    ----------
    lines : Lines
        Where to begin.
    blocks : iterator of Lines
        What follows.
    """
    seen: list[str] = []  # the lines of the record under way, for the place of a fault
    reader = csv.reader(_kept(_single_lines(lines, blocks), seen), strict=True)
    while True:
        begin = lines.first + reader.line_num
        seen.clear()
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise _fault(str(error), "".join(seen), begin) from None
        if record is None:
            return
        yield begin, record


def _single_lines(lines: Lines, blocks: Iterator[Lines]) -> Iterator[str]:
    yield from StringIO(lines.text, newline="\n")
    for block in blocks:
        yield from StringIO(block.text, newline="\n")


def _kept(lines: Iterator[str], seen: list[str]) -> Iterator[str]:
    for line in lines:
        seen.append(line)
        yield line


def _fault(message: str, text: str, line: int) -> BrokenFile:
    position, column = 0, 1
    while match := _CELL.match(text, position):
        position, column = match.end() + 1, column + 1
    value = text[position:].rstrip("\n")[:80]
    if "limit" in message and not value.startswith('"'):
        must, remedy = f"have cells of at most {csv.field_size_limit()} characters", "Shorten the text."
        return BrokenFile("cell_too_long", must, remedy, value=value, line=line, column=column)
    code = "bad_quote" if "expected after" in message else "unterminated_quote"
    must = "have quotation marks only around whole cells" if code == "bad_quote" else "end each quoted cell"
    remedy = 'Put the cell between two "; write a " within it twice.'
    return BrokenFile(code, must, remedy, value=value, line=line, column=column)
