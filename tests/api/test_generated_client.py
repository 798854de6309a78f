"""A client that another program generates from the description completes a small day, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient

from matcher.service.desk.source import StoredDesks
from matcher.service.worker import Worker
from matcher.store import Store, broken_entries, list_proposals
from matcher_api import Settings, create_app
from tests.api.signing import sign_in

VENV = os.environ.get("CLIENT_VENV")
pytestmark = pytest.mark.skipif(
    VENV is None, reason="needs openapi-python-client, whose own needs exclude ours: make api-client runs it"
)
DAY = Path(__file__).with_name("client_day.py")
LIMIT_S = 180


@pytest.fixture
def served(fresh: Store) -> Iterator[tuple[str, TestClient]]:
    """Return the address of a service that is worked on, and somebody who is signed in there."""
    app = create_app(Settings(), StoredDesks(fresh), fresh)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    until = threading.Event()
    threads = [
        threading.Thread(target=server.run, daemon=True),
        threading.Thread(target=Worker(fresh).work, args=(until, 0.1), daemon=True),
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", sign_in(TestClient(app), "planner")
    server.should_exit = True
    until.set()
    for thread in threads:
        thread.join(30)


def test_a_generated_client_completes_a_small_day(served: tuple[str, TestClient], fresh: Store, tmp_path: Path) -> None:
    """Rows, a batch, a decision, a publication and a placement: all through code that nobody of us has written."""
    address, somebody = served
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(somebody.app.openapi()))  # type: ignore[attr-defined]
    programs = Path(str(VENV)) / "bin"
    generate = [programs / "openapi-python-client", "generate", "--path", described, "--meta", "none"]
    done = subprocess.run(
        [*generate, "--output-path", tmp_path / "client"], capture_output=True, check=False, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING parsing" not in done.stdout

    token, cookie = somebody.headers["X-Form-Token"], somebody.cookies["matcher-session"]
    worked = subprocess.run(
        [programs / "python", DAY, address, cookie, token],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=False,
        text=True,
        timeout=LIMIT_S,
    )
    assert worked.returncode == 0, worked.stdout + worked.stderr
    with fresh.reading() as session:
        assert [proposal.state for proposal in list_proposals(session)] == ["accepted"]
        assert broken_entries(session) == []
