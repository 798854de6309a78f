"""The service of this process on a port of its own, and the system's Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from matcher.service.desk.source import StoredDesks
from matcher.service.opening import at_work
from matcher.store import Rights, Role, Store, account_named, add_account, begin_session
from matcher_api import Settings, create_app
from tests.waits import PATIENCE_S, wait_until

NAME = "Ada Berg"

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MISSING = "No Chromium was found. Install it (Debian, Ubuntu: apt-get install chromium) or name it in MATCHER_CHROMIUM."
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Return where the system's Chromium is; ``None`` where there is none."""
    named = os.environ.get("MATCHER_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a browser without a window."""
    found = chromium()
    if found is None:
        raise SystemExit(MISSING)
    options = [*FLAGS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=options)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def served(store: Store, clock: Callable[[], date] = date.today, *, is_demo: bool = False) -> Iterator[str]:
    """Yield the address of a service on a database, with a worker; both end with the block."""
    app = create_app(Settings(), StoredDesks(store, clock), store)
    with at_work(store, is_demo=is_demo), socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive(), step_s=0.05)
            assert server.started, "the service must start"
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)


def signed_in(
    browser: Browser, store: Store, address: str, *roles: Role, name: str = NAME, **options: Any
) -> BrowserContext:
    """Return a browser of somebody who has signed in, with the options of a Playwright context."""
    with store.writing() as session:
        account = account_named(session, name) or add_account(session, name, Rights(roles=frozenset(roles)), by="tests")
        token = begin_session(session, account.account_id, lasts=timedelta(hours=1), means="tests")
    context = browser.new_context(**options)
    context.add_cookies([{"name": "matcher-session", "value": token, "url": address}])
    return context


def patient(page: Page) -> Page:
    """Return a page that waits as long as anything may take on a busy machine."""
    page.set_default_timeout(1000 * PATIENCE_S)
    return page
