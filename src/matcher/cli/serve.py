"""``matcher serve``: the HTTP interface on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from matcher.cli.errors import CommandError

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.", metavar="ADDRESS")]
PortOption = Annotated[int, typer.Option("--port", help="Port to listen on.", min=1, max=65535)]
ProcessesOption = Annotated[int, typer.Option("--processes", help="Processes that answer.", min=1, max=64)]


def serve(host: HostOption = "127.0.0.1", port: PortOption = 8000, processes: ProcessesOption = 1) -> None:
    """Serve the HTTP interface until Ctrl-C.

    It listens on this machine alone unless told otherwise; put a proxy with TLS before it to be reached from elsewhere.

    Settings are environment variables that begin with MATCHER_; docs/operating.md lists them.
    """
    try:
        import uvicorn
    except ImportError:
        sentence = "Serving needs more packages. Install them with: pip install 'matcher[service]'"
        raise CommandError(sentence, code="extra_missing") from None
    uvicorn.run(
        "matcher_api:create_app",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        server_header=False,
        date_header=True,
        access_log=False,
    )
