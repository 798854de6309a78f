"""Other people's data: award notices, contracting releases, advertisements and taxonomies, brought into a folder."""

from matcher.sources.importing import SOURCE_NAMES, import_files
from matcher.sources.report import FileReport, ImportReport, Kept, TableReport
from matcher.sources.rows import ImportedRow, NeedsInput, Record, Skipped

__all__ = [
    "SOURCE_NAMES",
    "FileReport",
    "ImportReport",
    "ImportedRow",
    "Kept",
    "NeedsInput",
    "Record",
    "Skipped",
    "TableReport",
    "import_files",
]
