"""File systems of trials: what one that was killed has left is unmounted, and what is in use is not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.trust import __main__ as command
from tests.trust import mounts


def test_what_a_killed_trial_has_mounted_is_unmounted_by_the_next(tmp_path: Path) -> None:
    """In a folder whose name has a space, as the table of mounts writes it in another way."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    # A process that ends without unmounting: as one that was killed.
    told = subprocess.run(
        ["sh", "-c", 'mkdir matcher-mount-$$ && mount -t tmpfs -o size=64k tmpfs "$PWD/matcher-mount-$$"'],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if told.returncode != 0:
        pytest.skip("a small file system can be mounted by root on Linux only")
    (left,) = folder.iterdir()
    assert left.is_mount()
    with mounts.in_memory(tmp_path, 1 << 16) as place:
        assert not left.exists()
        assert place.is_mount()
        assert mounts.end_stale() == []
        assert place.is_mount()
    assert not place.exists()


def test_only_mounts_of_trials_whose_process_is_gone_are_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither this process's nor anything that is no trial's."""
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(mounts, "_succeeds", lambda *command: bool(asked.append(command)))
    table = tmp_path / "mounts"
    table.write_text(
        f"tmpfs /tmp/matcher-mount-{os.getpid()} tmpfs rw 0 0\n"
        "tmpfs /tmp/matcher-mount-999999999-disk tmpfs rw 0 0\n"
        "tmpfs /tmp/matcher-mount-999999999/within tmpfs rw 0 0\n"
        "/dev/vda / ext4 rw 0 0\n",
        encoding="utf-8",
    )
    assert mounts.end_stale(table) == []  # it could not be unmounted
    assert asked == [("umount", "--lazy", "/tmp/matcher-mount-999999999-disk")]
    assert mounts.end_stale(tmp_path / "nothing") == []


def test_a_trial_that_is_told_to_end_cleans_up() -> None:
    """A signal becomes the end of the program, so that whatever was opened is closed on the way."""
    with pytest.raises(SystemExit) as ended:
        command._end()
    assert ended.value.code == 143
