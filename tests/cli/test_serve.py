"""``matcher serve`` answers over HTTP, and says what to install where it cannot."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import tomllib
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

import pytest

from matcher.cli import extras
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


@pytest.mark.parametrize("module", ["uvicorn", "sqlalchemy", "argon2"])
@pytest.mark.parametrize("command", [("serve",), ("worker",), ("accounts", "list"), ("db", "upgrade")])
def test_without_its_packages_it_says_what_to_install(
    matcher: Command, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], module: str
) -> None:
    """Whichever of them is missing, whatever the others do: one sentence and the status of wrong usage."""
    package = {"argon2": "argon2-cffi"}.get(module, module)
    monkeypatch.setattr(extras, "_is_installed", lambda one: one != package)
    outcome = matcher(*command)

    assert outcome.status == 2
    assert f"({package} is missing)" in outcome.err
    assert "pip install 'matcher[service]'" in outcome.err
    assert "should not have happened" not in outcome.err


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("uvicorn", "(uvicorn is missing). Install it with: pip install 'matcher[service]'"),
        ("uvicorn.config", "pip install 'matcher[service]'"),
        ("argon2", "(argon2-cffi is missing). Install it with: pip install 'matcher[service]'"),
        ("pydantic_settings", "(pydantic-settings is missing). Install it with: pip install 'matcher[service]'"),
        ("distributed", "pip install 'matcher[dask]'"),
        ("psycopg", "pip install 'matcher[postgres]'"),
        ("starlette", "pip install 'matcher[service,postgres,dask]'"),  # nobody's extra but a package's own
    ],
)
def test_a_module_that_is_not_there_is_told_with_what_brings_it(
    matcher: Command, monkeypatch: pytest.MonkeyPatch, module: str, told: str
) -> None:
    """Packages may be noted as installed and broken all the same: a module that fails to load is told like one."""

    def lacking(_: str) -> None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr("matcher.cli.serve.require_extra", lacking)
    outcome = matcher("serve")
    assert outcome.status == 2
    assert told in outcome.err


def test_every_package_of_an_extra_is_looked_for() -> None:
    """What pyproject.toml lists, an installation has noted."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    listed = {
        (re.split(r"[\[<>=;]", requirement)[0], extra)
        for extra, requirements in project["project"]["optional-dependencies"].items()
        for requirement in requirements
    }
    assert set(extras._packages()) == listed


def test_several_processes_need_a_database_that_takes_them(matcher: Command) -> None:
    """One sentence, before anything listens."""
    outcome = matcher("serve", "--processes", "2")

    assert outcome.status == 2
    assert "SQLite has one writing process" in outcome.err
