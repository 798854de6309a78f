"""Reads and rewrites the CSV files of a problem folder as texts, leaving alone whatever an import does not concern.

Rows, extra columns, their order, the byte order mark and the line ends of a file stay as they are. A file is replaced
in one step, and only when something in it changes.
"""

from __future__ import annotations

import csv
import filecmp
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from matcher.errors import Fault, InvalidInput

MAX_HEADER = 1 << 20
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvForm:
    """How a CSV file is written."""

    has_bom: bool = False
    line_end: str = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """One CSV file, there or not.

    Parameters
    ----------
    path : Path
    header : tuple of str
        Columns in their order; empty where there is no file.
    form : CsvForm
    """

    path: Path
    header: tuple[str, ...]
    form: CsvForm

    @property
    def is_there(self) -> bool:
        """Tell whether the file exists with a header."""
        return bool(self.header)

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows below the header as they are, leaving out empty lines.

        Raises
        ------
        InvalidInput
            When the file is not UTF-8, or not CSV.
        """
        if not self.is_there:
            return
        with _faults_named(self.path), self.path.open(encoding="utf-8-sig", newline="") as stream:
            reader = _reader(stream)
            next(reader, None)
            for row in reader:
                if row:
                    yield row


def open_csv(path: Path, key: Sequence[str]) -> CsvFile:
    """Look at a CSV file that an import may write to.

    Parameters
    ----------
    path : Path
    key : sequence of str
        Columns that the file must have if it is there.

    Raises
    ------
    InvalidInput
        When the file is there and cannot be read, or lacks a key column, or names a column twice.
    """
    if not path.exists():
        return CsvFile(path=path, header=(), form=CsvForm())
    with _faults_named(path):
        with path.open("rb") as raw:
            first = raw.readline(MAX_HEADER)
        form = _form(first)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = tuple(cell.strip() for cell in next(_reader(stream), []))
    for column in key:
        if header and header.count(column) != 1:
            raise InvalidInput([_fault(path, f"have the column {column} once in its first line", ",".join(header))])
    return CsvFile(path=path, header=header, form=form)


def _form(first: bytes) -> CsvForm:
    has_bom = first.startswith(_BOM)
    text = first.removeprefix(_BOM)
    return CsvForm(has_bom=has_bom, line_end="\r\n" if text.endswith(b"\r\n") else "\n")


def _reader(stream: TextIO) -> Iterator[list[str]]:
    return csv.reader(stream, strict=True)


def _fault(path: Path, must: str, value: str | None = None, line: int | None = None) -> Fault:
    return Fault(
        code="unreadable_table",
        must=must,
        value=value,
        remedy="Repair the file, or import into an empty folder.",
        file=str(path),
        line=line,
    )


@contextmanager
def _faults_named(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise InvalidInput([_fault(path, "be UTF-8", f"byte {error.object[error.start]:#04x}")]) from None
    except csv.Error as error:
        raise InvalidInput([_fault(path, f"be CSV ({error})")]) from None
    except OSError as error:
        raise InvalidInput([_fault(path, f"be a file that can be read and written ({error.strerror})")]) from None


class Replacement:
    """A new version of a CSV file, written aside and put in place only when asked to.

    Parameters
    ----------
    file : CsvFile
        The present version, which gives the form.
    header : sequence of str
        Columns of the new version.
    """

    def __init__(self, file: CsvFile, header: Sequence[str]) -> None:
        self._file = file
        with _faults_named(file.path):
            handle, name = tempfile.mkstemp(dir=file.path.parent, prefix=f".{file.path.stem}-", suffix=".part")
        self._aside = Path(name)
        self._stream = os.fdopen(handle, "w", encoding="utf-8-sig" if file.form.has_bom else "utf-8", newline="")
        self._writer = csv.writer(self._stream, lineterminator=file.form.line_end)
        self._writer.writerow(header)

    def write(self, row: Sequence[str]) -> None:
        """Add a row."""
        self._writer.writerow(row)

    def close(self) -> None:
        """Complete the new version."""
        if not self._stream.closed:
            with _faults_named(self._file.path):
                self._stream.flush()
                os.fsync(self._stream.fileno())
                self._stream.close()

    def is_same(self) -> bool:
        """Tell whether the completed new version equals the present one byte by byte."""
        return self._file.is_there and filecmp.cmp(self._aside, self._file.path, shallow=False)

    def put_in_place(self) -> None:
        """Replace the present version."""
        self.close()
        with _faults_named(self._file.path):
            mode = self._file.path.stat().st_mode & 0o777 if self._file.path.exists() else 0o666 & ~_umask()
            self._aside.chmod(mode)
            self._aside.replace(self._file.path)

    def discard(self) -> None:
        """Forget the new version; does nothing once it is in place."""
        self._stream.close()
        with suppress(FileNotFoundError):
            self._aside.unlink()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
