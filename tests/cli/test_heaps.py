"""Heaps that threads share."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.cli.heaps import HEAPS

# Threads that are there at one time each want some memory; the C library then says which heaps there are.
THREADS = """
import ctypes, sys, threading
from matcher.cli.heaps import keep_few_heaps
if sys.argv[1] == "few":
    assert keep_few_heaps()
ready = threading.Barrier(9)
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
def work():
    library.malloc(64)
    ready.wait()
    ready.wait()
for _ in range(8):
    threading.Thread(target=work).start()
ready.wait()
library.malloc_info(0, ctypes.c_void_p.in_dll(library, "stdout"))
library.fflush(None)
ready.wait()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives threads heaps of their own")
@pytest.mark.parametrize(("how", "is_few"), [("few", True), ("many", False)])
def test_threads_share_two_heaps(how: str, tmp_path: Path, *, is_few: bool) -> None:
    """Eight threads that work at one time have more of them where nobody says so."""
    command = [sys.executable, "-c", THREADS, how]
    environment = {"PYTHONMALLOC": "malloc", "PATH": ""}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
    assert (told.stdout.count("<heap ") <= HEAPS) is is_few
    assert told.stdout.count("<heap ") > 1
