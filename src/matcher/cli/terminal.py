"""Where a command speaks: results on standard output, everything else on standard error; JSON is one document."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

PLAIN_WIDTH = 120  # of tables that go into a file or another program
SPACES = dict.fromkeys(map(ord, "\n\r\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"), " ")


class Terminal:
    """The two streams of one command.

    Parameters
    ----------
    is_json : bool
        Standard output carries one JSON document and nothing else.
    """

    def __init__(self, *, is_json: bool = False) -> None:
        self.is_json = is_json
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)

    def line(self, text: str = "", style: str | None = None) -> None:
        """Write a line of the result; nothing where the result is JSON."""
        if not self.is_json:
            self.out.print(printable(text), style=style, soft_wrap=True)

    def lines(self, texts: Iterable[str]) -> None:
        """Write the lines of a result."""
        for text in texts:
            self.line(text)

    def table(self, table: Table) -> None:
        """Write a table of the result; nothing where the result is JSON."""
        if self.is_json:
            return
        if self.out.is_terminal:
            self.out.print(table)
            return
        with self.out.capture() as rendered:
            self.out.print(table)
        self.lines(rendered.get().splitlines())

    def note(self, text: str) -> None:
        """Write a message beside the result."""
        self.err.print(printable(text), soft_wrap=True)

    def document(self, document: Any) -> None:
        """Write the result as JSON where that was asked for."""
        if self.is_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def printable(text: object) -> str:
    """Return a text without the characters by which a title from elsewhere could command a terminal."""
    spaced = str(text).translate(SPACES)
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in spaced).rstrip()


def default_language() -> str:
    """Return the language that the environment asks for: Swedish or English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "sv" if os.environ[name].lower().startswith("sv") else "en"
    return "en"


def _console(stream: TextIO) -> Console:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    width = None if stream.isatty() else PLAIN_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)
