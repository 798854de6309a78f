"""One writing process per SQLite file: a lock that the operating system takes back when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from matcher.errors import StoreFailure


class WriterLock:
    """Held while a process may write.

    Before its release 3.51.3, SQLite could damage a database in WAL mode when two processes wrote and tidied the log
    at once; many systems still carry an older one. Therefore a second writing process is refused at its start.

    Parameters
    ----------
    database : Path
        The lock is a file beside it.

    Raises
    ------
    StoreFailure
        Where another process holds it, or the folder cannot be written.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreFailure(
                f"The folder of '{database}' must be writable ({error.strerror}). Make it, or choose another database."
            ) from None
        try:
            _lock(self._handle)
        except OSError:
            holder = os.read(self._handle, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._handle)
            raise StoreFailure(
                f"Database '{database}' must have one writing process, got a second one (the first is process {holder})"
                ". Stop that one first, or use PostgreSQL for several."
            ) from None
        os.truncate(self._handle, 0)
        os.write(self._handle, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let another process write."""
        os.close(self._handle)


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:

    def _lock(handle: int) -> None:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
