"""Heaps that threads share."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.cli.heaps import HEAPS

# Threads that are there at one time each want some memory; a heap that was mapped for one stands in the process's map.
THREADS = """
import ctypes, sys, threading
from matcher.cli.heaps import keep_few_heaps
if sys.argv[1] == "few":
    assert keep_few_heaps()
ready = threading.Barrier(9)
malloc = ctypes.CDLL(None).malloc
malloc.restype = ctypes.c_void_p
found = []
def work():
    found.append(malloc(64))
    ready.wait()
    ready.wait()
for _ in range(8):
    threading.Thread(target=work).start()
ready.wait()
print(len({address >> 26 for address in found}))
ready.wait()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives threads heaps of their own")
@pytest.mark.parametrize(("how", "is_few"), [("few", True), ("many", False)])
def test_threads_share_two_heaps(how: str, tmp_path: Path, *, is_few: bool) -> None:
    """A heap lies in 64 MB of its own; eight threads that work at one time had more of them."""
    command = [sys.executable, "-c", THREADS, how]
    environment = {"PYTHONMALLOC": "malloc", "PATH": ""}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
    assert (int(told.stdout) <= HEAPS) is is_few
