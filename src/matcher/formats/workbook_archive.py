"""The zip archive and the XML inside an Excel workbook, every size bounded before anything is unpacked.

Read with the standard library alone. The quick native readers allocate what a file claims to need: a workbook of six
kilobytes with one cell in the last row and column ends the whole process.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from matcher.formats.text_lines import BrokenFile

MAX_FILE = 256 << 20
MAX_UNPACKED = 1 << 30
MAX_RATIO = 100  # real workbooks unpack to five to forty times their size
MIN_UNPACKED = 16 << 20  # small files are let through whatever their ratio
MAX_PARTS = 10_000
_CHUNK = 1 << 16
_IS_ENCRYPTED = 1
# What zipfile raises on damaged archives; it has no common base for it.
_FAULTS_OF_ZIP = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, RuntimeError)

Attributes = dict[str, str]


class Archive:
    """A zip archive that is open for reading.

    Parameters
    ----------
    path : Path

    Raises
    ------
    BrokenFile
        Where the file is no archive, is encrypted, or unpacks to more than any problem needs.
    """

    def __init__(self, path: Path) -> None:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise _too_big(f"have at most {MAX_FILE >> 20} MB")
        with _damage("its list of parts"):
            self._zip = ZipFile(path)
        self.names = frozenset(self._zip.namelist())
        try:
            self._check(size)
        except BrokenFile:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def _check(self, size: int) -> None:
        parts = self._zip.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > max(MIN_UNPACKED, min(MAX_UNPACKED, MAX_RATIO * size)):
            raise _too_big(f"unpack to at most {MAX_UNPACKED >> 20} MB and {MAX_RATIO} times its size")
        for part in parts:
            if part.flag_bits & _IS_ENCRYPTED or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise damaged("not be protected by a password", "Save the workbook without a password.")

    def parse(self, part: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Run a parser over one part, piece by piece; raises `BrokenFile`.

        Parameters
        ----------
        part : str
        parser : XMLParserType
            From `new_parser`.
        """
        with _damage(part):
            stream = self._zip.open(part)
        with stream:
            more = True
            while more:
                with _damage(part):
                    chunk = stream.read(_CHUNK)  # never more than the size that was checked
                more = bool(chunk)
                try:
                    parser.Parse(chunk, not more)
                except expat.ExpatError as error:
                    raise _broken(part, expat.ErrorString(error.code)) from None
                yield

    def elements(self, part: str) -> list[tuple[str, Attributes]]:
        """Return the names and attributes of all elements of a small part, without their prefixes."""
        found: list[tuple[str, Attributes]] = []

        def start(name: str, attributes: Attributes) -> None:
            found.append((_local(name), {_local(key): value for key, value in attributes.items()}))

        parser = new_parser()
        parser.StartElementHandler = start
        for _ in self.parse(part, parser):
            pass
        return found


def new_parser() -> expat.XMLParserType:
    """Return a parser that reads UTF-8 and refuses document type definitions."""
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def damaged(must: str, remedy: str, value: str | None = None) -> BrokenFile:
    """Return the fault of a file that is no workbook."""
    return BrokenFile("not_a_workbook", must, remedy, value=value)


def _broken(part: str, value: str) -> BrokenFile:
    return damaged(f"be an undamaged workbook ({part})", "Save it again as .xlsx from a spreadsheet program.", value)


def _too_big(must: str) -> BrokenFile:
    return BrokenFile("workbook_too_big", must, "Use a folder of CSV files for a problem of this size.")


@contextmanager
def _damage(part: str) -> Iterator[None]:
    try:
        yield
    except _FAULTS_OF_ZIP as error:
        raise _broken(part, str(error) or type(error).__name__) from None


def _refuse_doctype(*_: object) -> None:
    raise damaged("hold no document type definition", "Save it again as .xlsx from a spreadsheet program.")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
