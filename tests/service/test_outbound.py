"""A whole day of commands, pages and requests opens no connection to anywhere, since none is configured."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from matcher.cli import run
from matcher.formats import write_problem
from matcher.service.desk.source import StoredDesks
from matcher.service.worker import Worker
from matcher.store import Store
from matcher_api import Settings, create_app
from tests.api.conftest import DAY, city, fill
from tests.api.signing import sign_in
from tests.sources.notices import notice
from tests.store.databases import SqliteFiles

pytestmark = pytest.mark.no_cover  # a whole day of what has tests of its own

Heard = list[tuple[str, Any]]
OUTWARD = frozenset(
    f"socket.{name}" for name in ("connect", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "bind")
)
PAGES = ("/", "/contracts", "/vacancies", "/candidates", "/plan", "/figures", "/what-if", "/accounts")
_listeners: list[Callable[[str, Any], None]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Tell whoever listens; Python offers no way to take a hook away again."""
    if event in OUTWARD and _listeners:
        for listener in _listeners:
            listener(event, arguments)


sys.addaudithook(_hook)


@contextmanager
def listening() -> Iterator[Heard]:
    """Give the list of what is done with sockets in the block, by any thread of this process."""
    heard: Heard = []

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        heard.append((event, arguments[-1]))

    _listeners.append(hear)
    try:
        yield heard
    finally:
        _listeners.remove(hear)


def test_what_goes_out_is_heard() -> None:
    """The test below can fail: a connection is heard, although nobody listens at the other end."""
    with listening() as heard, socket.socket() as one:
        one.settimeout(0.1)
        assert one.connect_ex(("127.0.0.1", 9)) != 0
    assert heard == [("socket.connect", ("127.0.0.1", 9))]


def test_a_whole_day_opens_no_connection(sqlite_files: SqliteFiles, tmp_path: Path, monkeypatch: Any) -> None:
    """Solve, check, explain, import, batch, every page, exports, backup: on the commands and the service."""
    monkeypatch.chdir(tmp_path)
    address = sqlite_files.address()
    with listening() as heard:
        write_problem(city(), tmp_path / "town")
        command("solve", "town", "--out", "plan.json")
        command("check", "town", "plan.json")
        command("export", "town", "plan.json", "--format", "xlsx", "--out", "plan.xlsx")
        (tmp_path / "notice.xml").write_text(notice(), encoding="utf-8")
        command("import", "eforms", "notice.xml", "--into", "notices")
        with Store(address) as store:
            fill(store)
            app = create_app(Settings(), StoredDesks(store, lambda: DAY), store)
            with TestClient(app) as site:
                sign_in(site, "matcher", "planner", "administrator")
                for path in PAGES:
                    assert site.get(path, headers={"Accept": "text/html"}).status_code == 200, path
                assert site.post("/v1/runs", json={}).status_code == 202
                Worker(store).work_once()
                assert site.get("/v1/problem?format=xlsx").status_code == 200
                assert site.get("/metrics").status_code == 200
        command("db", "backup", "kept.db", "--database", address)
        command("audit", "verify", "--database", address)
        command("doctor")
    assert [each for each in heard if not is_local(each)] == []


def is_local(each: tuple[str, Any]) -> bool:
    """Tell whether something stays inside this machine's kernel: a socket of the file system."""
    return isinstance(each[1], str | bytes) and each[0] in ("socket.connect", "socket.bind") and os.path.isabs(each[1])


def command(*arguments: str) -> None:
    """Run a command as a person does."""
    assert run(list(arguments)) == 0, arguments
