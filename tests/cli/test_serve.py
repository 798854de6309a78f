"""``matcher serve`` answers over HTTP, and says what to install where it cannot."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from http.client import HTTPException
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Command
from tests.waits import PATIENCE_S, started, wait_until


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def health(port: int) -> bytes:
    """Return what the server says of itself, and nothing while it says nothing."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as found:
            said: bytes = found.read()
            return said
    except (OSError, HTTPException):  # not listening yet, too busy to answer, or gone in the middle of it
        return b""


def test_it_serves_until_it_is_stopped() -> None:
    """Ctrl-C ends it without a traceback."""
    port = free_port()
    command = [sys.executable, "-m", "matcher", "serve", "--port", str(port)]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        wait_until(lambda: process.poll() is not None or b'"status":"ok"' in health(port), step_s=0.2)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0
    assert "Traceback" not in said
    assert f"http://127.0.0.1:{port}/invitation?code=" in said


def test_without_its_packages_it_says_what_to_install(matcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence and the status of wrong usage."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    outcome = matcher("serve")

    assert outcome.status == 2
    assert "pip install 'matcher[service]'" in outcome.err


def test_several_processes_need_a_database_that_takes_them(matcher: Command) -> None:
    """One sentence, before anything listens."""
    outcome = matcher("serve", "--processes", "2")

    assert outcome.status == 2
    assert "SQLite has one writing process" in outcome.err
