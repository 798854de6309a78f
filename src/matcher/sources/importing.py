"""Imports files of one source into a problem folder: read everything, then write what has changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Protocol

from matcher.errors import Fault, InvalidInput
from matcher.sources import eforms
from matcher.sources.concepts import Concepts
from matcher.sources.files import files_of
from matcher.sources.folder import open_csv
from matcher.sources.hiding import without_numbers
from matcher.sources.jobtech_ads import read_ads
from matcher.sources.jobtech_taxonomy import TaxonomyFiles
from matcher.sources.json_files import condensed
from matcher.sources.ocds import read_process
from matcher.sources.ocds_files import read_releases
from matcher.sources.report import ImportReport, Tally
from matcher.sources.rows import Record, Skipped
from matcher.sources.staging import Staging
from matcher.sources.tables import NOTICES
from matcher.sources.writing import load_sources, write_tables

_JSON = (".json", ".ndjson", ".jsonl")


class _Intake:
    """Where a source puts what it reads."""

    def __init__(self, folder: Path, staging: Staging, tally: Tally) -> None:
        self.folder = folder
        self.staging = staging
        self.tally = tally
        self.file = ""  # that is being read

    def take(self, found: Record | Skipped) -> None:
        """Stage a record, or note what was not taken."""
        for each in [found] if isinstance(found, Skipped) else without_numbers(found, self.file):
            if isinstance(each, Skipped):
                self.tally.skip(each)
            else:
                self.staging.add_record(each)


class _Source(Protocol):
    """Reads the files of one source, one after the other, and perhaps finishes when all have been read."""

    def read(self, path: Path, name: str) -> None:
        """Take in one file."""

    def finish(self) -> None:
        """Take in what needed all files."""


class _Ocds:
    def __init__(self, intake: _Intake) -> None:
        self._intake = intake

    def read(self, path: Path, name: str) -> None:
        for found in condensed(read_releases(path, name)):
            if isinstance(found, Skipped):
                self._intake.take(found)
            else:
                self._intake.tally.found(name)
                self._intake.staging.add_release(found["ocid"], found["date"], name, found)

    def finish(self) -> None:
        for ocid, releases, name in self._intake.staging.processes():
            self._intake.file = name
            for found in read_process(ocid, releases, name):
                self._intake.take(found)


class _Eforms:
    def __init__(self, intake: _Intake) -> None:
        self._intake = intake
        self._lineage = eforms.Lineage(_original_by_reference(intake.folder))

    def read(self, path: Path, name: str) -> None:
        for found in eforms.read_file(path, name, self._lineage, partial(self._intake.tally.found, name)):
            self._intake.take(found)

    def finish(self) -> None:
        pass


class _Ads:
    def __init__(self, intake: _Intake) -> None:
        self._intake = intake
        self._concepts = Concepts(intake.folder)

    def read(self, path: Path, name: str) -> None:
        for found in condensed(read_ads(path, name, self._concepts, partial(self._intake.tally.found, name))):
            self._intake.take(found)

    def finish(self) -> None:
        pass


class _Taxonomy:
    def __init__(self, intake: _Intake) -> None:
        self._intake = intake
        self._files = TaxonomyFiles(Concepts(intake.folder), intake.tally.found)

    def read(self, path: Path, name: str) -> None:
        for found in condensed(self._files.read(path, name)):
            self._intake.take(found)

    def finish(self) -> None:
        for found in self._files.finish():
            self._intake.take(found)


_SOURCES: dict[str, tuple[type[_Ocds | _Eforms | _Ads | _Taxonomy], tuple[str, ...]]] = {
    "ocds": (_Ocds, _JSON),
    "eforms": (_Eforms, (".xml",)),
    "ted": (_Eforms, (".xml",)),
    "jobtech-ads": (_Ads, _JSON),
    "jobtech-taxonomy": (_Taxonomy, (".json",)),
}
SOURCE_NAMES: tuple[str, ...] = tuple(_SOURCES)


def import_files(source: str, paths: Iterable[str | Path], into: str | Path) -> ImportReport:
    """Import files of one source into a problem folder.

    Importing the same files again changes nothing. A newer version of a record changes what the older one brought,
    but no cell that a person has filled in or changed since: sources.csv in the folder keeps what was imported.
    Whatever is wrong with a file or a record is reported, and the rest is taken.

    Parameters
    ----------
    source : str
        One of `SOURCE_NAMES`. ``ted`` is another name of ``eforms``, which reads both schemas.
    paths : iterable of path
        Files, or folders of which every matching file is read.
    into : path
        The problem folder; made if it is not there.

    Returns
    -------
    ImportReport

    Raises
    ------
    InvalidInput
        When the source is unknown, or `into` is not a folder whose tables can be read and written. Nothing has
        been changed then.
    """
    if source not in _SOURCES:
        raise InvalidInput([_unknown_source(source)])
    folder = Path(into)
    if folder.exists() and not folder.is_dir():
        raise InvalidInput([_not_a_folder(folder)])
    reader_type, suffixes = _SOURCES[source]
    tally = Tally(source)
    with Staging() as staging:
        load_sources(folder, staging)
        intake = _Intake(folder, staging, tally)
        reader = reader_type(intake)
        for found in files_of(paths, suffixes):
            if isinstance(found, Skipped):
                tally.skip(found)
            else:
                intake.file = str(found)
                _read(reader, found, tally)
        reader.finish()
        _write(folder, staging, tally, source)
    return tally.report()


def _read(reader: _Source, path: Path, tally: Tally) -> None:
    """Read one file; whatever goes wrong with it stays with it."""
    name = str(path)
    tally.found(name, 0)
    try:
        reader.read(path, name)
    except OSError as error:
        what, remedy = f"it cannot be read ({error.strerror})", "Check the file and its permissions."
        tally.skip(Skipped(file=name, position="", code="unreadable", what=what, remedy=remedy))
    except Exception as error:  # a fault of ours must not cost the other files
        what = f"reading it stopped with an unforeseen {type(error).__name__}"
        remedy = "Records before this point were taken. Please report it together with the file."
        tally.skip(Skipped(file=name, position="", code="unforeseen", what=what, remedy=remedy))


def _write(folder: Path, staging: Staging, tally: Tally, source: str) -> None:
    if not staging.has_rows():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise InvalidInput([_not_a_folder(folder)]) from None
    write_tables(folder, staging, tally, "eforms" if source == "ted" else source)


def _original_by_reference(folder: Path) -> dict[str, str]:
    """Return the original notice of each notice that the folder knows, by its id and its publication number."""
    columns = ("notice_id", "original_notice_id", "publication_number")
    file = open_csv(folder / f"{NOTICES.name}.csv", NOTICES.key)
    originals: dict[str, str] = {}
    if not all(column in file.header for column in columns):
        return originals
    positions = [file.header.index(column) for column in columns]
    for row in file.rows():
        notice_id, original, number = (row[position] if position < len(row) else "" for position in positions)
        if original:
            originals[notice_id] = original
            if number:
                originals[number] = original
    return originals


def _unknown_source(source: str) -> Fault:
    return Fault(
        code="unknown_source",
        must=f"come from one of the sources {', '.join(SOURCE_NAMES)}",
        value=source,
        remedy="Choose one of these.",
    )


def _not_a_folder(folder: Path) -> Fault:
    return Fault(
        code="not_a_folder",
        must="be imported into a folder",
        value=str(folder),
        remedy="Give the path of a problem folder, or of one to be made.",
    )
