"""Where a command may write: over nothing unasked, and never over what it reads itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from matcher.cli.errors import CommandError

OF_PROBLEMS = (".csv", "policy.toml")  # how the names of a problem folder's files end
SQLITE = "sqlite:///"


def refuse_to_overwrite(*paths: Path | None, reads: Iterable[Path | str | None], force: bool) -> None:
    """Raise where something stands already at one of the paths and `force` is not given, or must not be lost at all.

    What must not be lost is what the command reads: files, a problem's folder with its tables, the database by its
    address. Nor may two of the paths be the same.
    """
    written = [path for path in paths if path is not None]
    for path in written:
        if not force and os.path.lexists(path):
            raise CommandError(
                f"'{path}' is there already, and nothing is overwritten unasked. Choose another name, or add --force.",
                code="exists",
            )
    for place, path in enumerate(written):
        if any(_is_same(path, other) for other in written[:place]):
            raise CommandError(f"'{path}' is to be written twice. Choose another name for one of the two.")
        read = next((other for other in _read(reads) if _is_of(path, other)), None)
        if read is not None:
            raise CommandError(
                f"'{path}' must not be what the command reads itself, and is of '{read}'. Choose another name.",
                code="own_input",
            )


def refuse_folder_of_inputs(folder: Path | None, *, reads: Iterable[Path | None]) -> None:
    """Raise where a folder in which documents get names of their own holds a document that the command reads."""
    if folder is None:
        return
    for read in _read(reads):
        if read.suffix.lower() == ".json" and _is_same(read.parent, folder):
            raise CommandError(
                f"The folder '{folder}' must not hold what the command reads itself, and holds '{read}', which could "
                "be overwritten. Choose another folder.",
                code="own_input",
            )


def require_folder_of(*paths: object) -> None:
    """Raise where the folder that is to hold one of the files is not there."""
    for path in paths:
        folder = os.path.dirname(str(path)) or "."
        if path is not None and not os.path.isdir(folder):
            raise CommandError(f"The folder '{folder}' for '{path}' is not there. Make it, or choose another.")


def _read(reads: Iterable[Path | str | None]) -> Iterator[Path]:
    """Yield what is a file or a folder of this machine; a database that is none cannot be overwritten."""
    for each in reads:
        if isinstance(each, Path):
            yield each
        elif each is not None and each.startswith(SQLITE):
            yield Path(each.removeprefix(SQLITE))


def _is_of(path: Path, read: Path) -> bool:
    """Tell whether a path is what is read, or a file of a problem whose folder is read."""
    if _is_same(path, read):
        return True
    return read.is_dir() and path.name.lower().endswith(OF_PROBLEMS) and _is_same(path.parent, read)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:  # one of them is not there yet
        return os.path.realpath(one) == os.path.realpath(other)
