"""What readers see while the first plan is being made: a page that says so and comes back by itself."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from matcher_api.web.asked import NotReady, source_of
from matcher_api.web.rendering import page


def install_waiting(app: FastAPI) -> None:
    """Answer with the waiting page wherever the desk is asked for before it is there."""
    app.add_exception_handler(NotReady, _waiting)


def _waiting(request: Request, error: Exception) -> HTMLResponse:
    waiting = source_of(request).waiting()
    answer = page(request, "waiting.html.jinja", HTTPStatus.SERVICE_UNAVAILABLE, job=waiting.job)
    answer.headers["Retry-After"] = "2"
    return answer
