"""Finds the files that are meant by the paths given: files themselves, or all matching files of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from matcher.sources.rows import Skipped


def files_of(paths: Iterable[str | Path], suffixes: tuple[str, ...]) -> Iterator[Path | Skipped]:
    """Yield each file once, in the order given and by name within folders, and a report line for every other path.

    Parameters
    ----------
    paths : iterable of path
    suffixes : tuple of str
        File names taken from folders, for example ``(".json",)``; a file given by itself may have any name.
    """
    seen: set[Path] = set()
    for path in map(Path, paths):
        for found in _files(path, suffixes):
            if isinstance(found, Skipped):
                yield found
            elif (resolved := found.resolve()) not in seen:
                seen.add(resolved)
                yield found


def _files(path: Path, suffixes: tuple[str, ...]) -> Iterator[Path | Skipped]:
    if path.is_file():
        yield path
    elif path.is_dir():
        inside = [found for found in _inside(path) if found.name.lower().endswith(suffixes)]
        if not inside:
            what = f"the folder holds no file whose name ends in {' or '.join(suffixes)}"
            yield _skipped(path, "no_files", what, "Give another folder, or the files themselves.")
        yield from inside
    elif path.exists():
        yield _skipped(path, "not_a_file", "this is neither a file nor a folder", "Give a file.")
    else:
        yield _skipped(path, "not_found", "there is no such file", "Check the path.")


def _inside(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _skipped(path: Path, code: str, what: str, remedy: str) -> Skipped:
    return Skipped(file=str(path), position="", code=code, what=what, remedy=remedy)
