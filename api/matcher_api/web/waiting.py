"""What readers see while the plan is being made: a page that says so and comes back by itself."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from matcher.service.desk.source import DeskSource
from matcher_api.web.pages import NotReady
from matcher_api.web.rendering import page


def install_waiting(app: FastAPI) -> None:
    """Answer with the waiting page wherever the desk is asked for before it is there."""
    app.add_exception_handler(NotReady, _waiting)


def _waiting(request: Request, error: Exception) -> HTMLResponse:
    source: DeskSource = request.app.state.source
    answer = page(
        request,
        "waiting.html.jinja",
        HTTPStatus.SERVICE_UNAVAILABLE,
        progress=source.progress,
        failure=source.failure,
    )
    answer.headers["Retry-After"] = "2"
    return answer
