"""Small file systems of a trial's own: one in memory that fills up, one on a disk that breaks.

To mount one takes root on Linux; where that is not allowed a trial is skipped with the reason. Each place is named
after the process that mounts it, so that the next run can unmount what one that was killed has left behind.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

MOUNTS = Path("/proc/mounts")
_PLACE = re.compile(r"/matcher-mount-(\d+)(?:-\w+)?$")
_ESCAPED = re.compile(r"\\(\d{3})")  # how the table of mounts writes a space


def new_place(folder: Path, name: str = "") -> Path:
    """Return where this process mounts something in a folder, after what dead ones have left has been unmounted."""
    end_stale()
    place = folder / f"matcher-mount-{os.getpid()}{f'-{name}' if name else ''}"
    place.mkdir(parents=True, exist_ok=True)
    return place


def end_stale(mounts: Path = MOUNTS) -> list[Path]:
    """Unmount what processes have mounted that are no more, and return where that was."""
    ended = []
    for line in mounts.read_text(encoding="utf-8").splitlines() if mounts.exists() else ():
        written = line.split(" ")[1]
        found = _PLACE.search(written)
        if found and not psutil.pid_exists(int(found[1])):
            place = Path(_ESCAPED.sub(lambda each: chr(int(each[1], 8)), written))
            if _succeeds("umount", "--lazy", str(place)):
                ended.append(place)
                place.rmdir()
    return ended


@contextmanager
def in_memory(folder: Path, size: int) -> Iterator[Path]:
    """Mount a file system of so many bytes; skips, with the reason, where that is not allowed."""
    place = new_place(folder)
    if not _succeeds("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)):
        place.rmdir()
        pytest.skip("a small file system can be mounted by root on Linux only")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


class BreakingDisk:
    """A file system on a disk which the kernel makes read-only once it meets an error, as it does with a real one.

    Parameters
    ----------
    folder : Path
        Where its image and its place are.
    megabytes : int
    """

    def __init__(self, folder: Path, megabytes: int = 16) -> None:
        self.image = folder / "disk.img"
        self.place = new_place(folder, "disk")
        with self.image.open("wb") as written:
            written.truncate(megabytes << 20)
        if shutil.which("mkfs.ext4") is None or not _succeeds(
            "mkfs.ext4", "-q", "-F", "-e", "remount-ro", str(self.image)
        ):
            self._skip("mkfs.ext4 is not there, so there is no disk whose errors the kernel answers")
        if not self._mounted():
            self._skip("a disk's image can be mounted by root on Linux only")
        if not self._switch().exists():
            self.unmount()
            self._skip("this kernel has no switch that lets a disk meet an error")

    def _skip(self, reason: str) -> None:
        self.place.rmdir()
        pytest.skip(reason)

    def _mounted(self) -> bool:
        return _succeeds("mount", "-o", "loop,errors=remount-ro", str(self.image), str(self.place))

    def _switch(self) -> Path:
        device = os.stat(self.place).st_dev
        name = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve().name
        return Path(f"/sys/fs/ext4/{name}/trigger_fs_error")

    def flush(self) -> None:
        """Bring what was written so far onto the disk: what nobody has asked for to be there is lost with an error."""
        for path in (*self.place.iterdir(), self.place):
            if path.is_file() or path == self.place:
                handle = os.open(path, os.O_RDONLY)
                os.fsync(handle)
                os.close(handle)

    def meet_error(self) -> None:
        """Let the kernel meet an error on the disk: from now on nothing can be written, whoever has files open."""
        self._switch().write_text("1", encoding="utf-8")

    def mend(self) -> None:
        """Do what an operator does when nobody uses the disk any more: check it, and mount it again."""
        self.unmount()
        checked = subprocess.run(["fsck.ext4", "-f", "-y", str(self.image)], capture_output=True, check=False)
        if checked.returncode not in (0, 1) or not self._mounted():  # 1: errors were mended
            raise OSError(f"the disk could not be mended: {checked.stdout.decode()[-300:]}")

    def unmount(self) -> None:
        """Take the disk away; its files must be closed."""
        subprocess.run(["umount", str(self.place)], check=True, capture_output=True)

    def remove(self) -> None:
        """Take the disk away whatever there is, and its image."""
        _succeeds("umount", "--lazy", str(self.place))
        self.place.rmdir()
        self.image.unlink()


@contextmanager
def on_breaking_disk(folder: Path) -> Iterator[BreakingDisk]:
    """Give a disk that can break; skips, with the reason, where there can be none."""
    disk = BreakingDisk(folder)
    try:
        yield disk
    finally:
        disk.remove()


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
