"""``matcher serve``: the HTTP interface on this machine."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from matcher.cli.errors import CommandError
from matcher.cli.extras import require_extra
from matcher.cli.terminal import Terminal

LAST_ANSWERS_S = 10  # whoever watches a run would otherwise keep the process from ending for as long as it takes

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.", metavar="ADDRESS")]
PortOption = Annotated[int, typer.Option("--port", help="Port to listen on.", min=1, max=65535)]
ProcessesOption = Annotated[int, typer.Option("--processes", help="Processes that answer.", min=1, max=64)]


DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="MATCHER_DATABASE",
        metavar="ADDRESS",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME; an invented city without it.",
        show_default=False,
    ),
]


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    processes: ProcessesOption = 1,
    database: DatabaseOption = None,
) -> None:
    """Serve the pages for staff and the HTTP interface until Ctrl-C.

    As long as nobody has an account, it prints a link by which the first administrator makes one.

    It listens on this machine alone unless told otherwise; put a proxy with TLS before it to be reached from elsewhere.

    Settings are environment variables that begin with MATCHER_; docs/operating.md lists them.
    """
    require_extra("service")
    import uvicorn

    if database is not None:
        os.environ["MATCHER_DATABASE"] = database  # read again by each process that answers
    _welcome(database, processes, f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}")
    uvicorn.run(
        "matcher_api:create_app",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        server_header=False,
        date_header=True,
        access_log=False,
        timeout_graceful_shutdown=LAST_ANSWERS_S,
    )


def _welcome(database: str | None, processes: int, address: str) -> None:
    """See that there is a database, and say how the first administrator gets in."""
    from matcher.service.opening import first_code, open_store

    with open_store(database) as store:
        if processes > 1 and not store.is_postgres:
            sentence = "SQLite has one writing process. Serve with --processes 1, or use PostgreSQL."
            raise CommandError(sentence, code="one_process")
        code = first_code(store, is_demo=database is None)
    if code is not None:
        base = os.environ.get("MATCHER_PUBLIC_ADDRESS") or address
        terminal = Terminal()
        terminal.line("Nobody has an account yet. This link makes the first one; it works once, and for three days:")
        terminal.line(f"  {base}/invitation?code={code}")
