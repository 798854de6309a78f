"""Files that appear whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from matcher.errors import InvalidInput
from matcher.formats.fault_log import refused


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield where to write; on success it takes the place of `path`, otherwise nothing has changed."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Write a text in UTF-8, lines ended by a line feed; raises `InvalidInput` where that is not possible."""
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)


def unwritable(path: Path, error: OSError) -> InvalidInput:
    """Return what the operating system's refusal means to the person who asked for the file."""
    return refused("unwritable_file", "be writable", "Choose another place.", value=error.strerror, file=str(path))
