"""``matcher serve`` answers over HTTP, and says what to install where it cannot."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Command


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def test_it_serves_until_it_is_stopped() -> None:
    """Ctrl-C ends it without a traceback."""
    port = free_port()
    command = [sys.executable, "-m", "matcher", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        deadline, answer = time.monotonic() + 120, b""
        while not answer and time.monotonic() < deadline and process.poll() is None:
            try:
                with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as found:
                    answer = found.read()
            except URLError:
                time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)

    assert b'"status":"ok"' in answer
    assert "Traceback" not in said


def test_without_its_packages_it_says_what_to_install(matcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence and the status of wrong usage."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    outcome = matcher("serve")

    assert outcome.status == 2
    assert "pip install 'matcher[service]'" in outcome.err
