"""Bytes of a file as blocks of whole lines of text, in bounded memory, refusing what is no text."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from matcher.errors import Fault

MAX_LINE = 1 << 20
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class BrokenFile(Exception):
    """A file that cannot be read to its end.

    Parameters
    ----------
    code, must, remedy : str
        As in `Fault`.
    value : str or None
    line, column : int or None
        Counted from 1.
    """

    def __init__(
        self,
        code: str,
        must: str,
        remedy: str,
        *,
        value: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.must = must
        self.remedy = remedy
        self.value = value
        self.line = line
        self.column = column

    def fault(self, file: str, table: str | None = None) -> Fault:
        """Return what is wrong, with its place."""
        return Fault(
            code=self.code,
            must=self.must,
            remedy=self.remedy,
            value=self.value,
            table=table,
            file=file,
            line=self.line,
            column=self.column,
        )


def unreadable(error: OSError) -> BrokenFile:
    """Return what the operating system's refusal means to the reader."""
    if isinstance(error, FileNotFoundError):
        return BrokenFile("missing_file", "exist", "Check the name of the folder or file.")
    if isinstance(error, IsADirectoryError):
        return BrokenFile("not_a_file", "be a regular file", "Name a file, not a folder.")
    return BrokenFile("unreadable_file", "be readable", "Check the file and its permissions.", value=error.strerror)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Some consecutive whole lines; every line but perhaps the file's last ends with a line feed.

    Parameters
    ----------
    first : int
        Number of the first line, counted from 1.
    text : str
    """

    first: int
    text: str


def blocks_of_lines(file: BinaryIO) -> Iterator[Lines]:
    """Yield a file as blocks of about `MAX_LINE` bytes; raises `BrokenFile`.

    A byte order mark is skipped, and CR LF becomes LF.
    """
    first, rest = 1, b""
    while block := file.read(MAX_LINE):
        if first == 1 and not rest:
            block = _without_mark(block)
        end = block.find(b"\n")
        if len(rest) + (len(block) if end < 0 else end) > MAX_LINE:
            raise _too_long(first)
        whole, newline, rest = (rest + block).rpartition(b"\n")
        if newline:
            yield Lines(first=first, text=decoded(whole + newline, first))
            first += whole.count(b"\n") + 1
    if rest:
        yield Lines(first=first, text=decoded(rest, first))


def _without_mark(block: bytes) -> bytes:
    if block.startswith(UTF16_MARKS):
        raise wrong_encoding("UTF-16", 1)
    return block.removeprefix(UTF8_MARK)


def decoded(block: bytes, first: int) -> str:
    """Return the text of whole lines, of which the first has the number `first`; raises `BrokenFile`."""
    if b"\0" in block:
        line = first + block.count(b"\n", 0, block.index(b"\0"))
        raise BrokenFile("nul_byte", "hold no NUL bytes", "Save the file as text in UTF-8.", value="\0", line=line)
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError as error:
        number = error.start - block.rfind(b"\n", 0, error.start)
        value = f"byte 0x{block[error.start]:02x}, number {number} of its line"
        raise wrong_encoding(value, first + block.count(b"\n", 0, error.start)) from None
    if "\r" not in text:
        return text
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        line = first + text.count("\n", 0, text.index("\r"))
        must, remedy = "end its lines with LF or CR LF", "Save the file with one of these."
        raise BrokenFile("carriage_return", must, remedy, value="\r", line=line)
    return text


def checked_file(path: Path, most: int) -> None:
    """Require a regular file of bounded size; raises `BrokenFile`."""
    try:
        status = path.stat()
    except ValueError:  # no file can have a NUL in its name
        raise BrokenFile("missing_file", "exist", "Check the name of the folder or file.") from None
    except OSError as error:
        raise unreadable(error) from None
    if not stat.S_ISREG(status.st_mode):
        raise BrokenFile("not_a_file", "be a regular file", "Name a file, not a folder or a device.")
    if status.st_size > most:
        must = f"have at most {most >> 10} kB"
        raise BrokenFile("file_too_big", must, "Check that it is the right file.", value=f"{status.st_size >> 10} kB")


def wrong_encoding(value: str, line: int) -> BrokenFile:
    """Return the fault of a file that is not in UTF-8."""
    return BrokenFile("wrong_encoding", "be text in UTF-8", "Save the file as UTF-8.", value=value, line=line)


def _too_long(line: int) -> BrokenFile:
    return BrokenFile(
        "line_too_long",
        f"have lines of at most {MAX_LINE} bytes",
        "Check that the file is a table and that its lines are ended.",
        line=line,
    )
