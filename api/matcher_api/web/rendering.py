"""Turns a template and what a page shows into an answer in the reader's language."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader

from matcher.explain import excluded_text, fact_text, rule_name, unfilled_details, unfilled_text
from matcher.explain.proofs import cost_text
from matcher.languages import LANGUAGES, Language, Phrases, group_name, message, phrases
from matcher.report import gap_text, headline, sentences
from matcher.report.rendering import environment, style_of
from matcher.report.words import AIMS, COHORT_STATUSES, UNFILLED_HEADINGS, UNITS
from matcher_api.auth.actor import actor_if_any
from matcher_api.auth.forms import FIELD, form_token, keep_form_secret
from matcher_api.auth.policy import POLICY
from matcher_api.language import language_of

LANGUAGE_COOKIE = "language"
NAVIGATION = (
    ("/", message("Today")),
    ("/contracts", message("Contracts")),
    ("/vacancies", message("Vacancies")),
    ("/candidates", message("Candidates")),
    ("/courses", message("Courses")),
    ("/plan", message("Plan")),
    ("/accepted", message("Accepted")),
    ("/accounts", message("Accounts")),
)
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "sv": "Svenska"}
FORMS = {
    "employment": message("Employment"),
    "apprenticeship": message("Apprenticeship"),
    "internship": message("Internship"),
}
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}


def reader_of(request: Request) -> Phrases:
    """Return the texts in the language that a reader has chosen, or that the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    for language in LANGUAGES:
        if chosen == language:
            return phrases(language)
    return phrases(language_of(request.headers.get("accept-language", "")))


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """Return a rendered page."""
    say = reader_of(request)
    actor = actor_if_any(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            say=say,
            text=say.text,
            plural=say.plural,
            path=request.url.path,
            here=shown.pop("here", None) or _address(request),
            actor=actor,
            provider=request.app.state.provider,
            form_field=FIELD,
            token_of_form=form_token(request),
            navigation=[
                (address, name)
                for address, name in NAVIGATION
                if actor is not None and POLICY.may(actor.roles, actor.is_limited, address)
            ],
            languages=LANGUAGE_NAMES,
            style_address=f"/static/style.css?{style()[1]}",
            words={
                "units": UNITS,
                "forms": FORMS,
                "aims": AIMS,
                "unfilled": UNFILLED_HEADINGS,
                "cohorts": COHORT_STATUSES,
            },
            **_spoken(say),
            **shown,
        )
    )
    answer = HTMLResponse(text, status, headers={**PAGE_HEADERS, "Content-Language": say.language})
    keep_form_secret(request, answer)
    return answer


def _address(request: Request) -> str:
    """Return where the reader is, to come back to after choosing a language."""
    query = request.url.query if request.method == "GET" else ""
    return request.url.path + (f"?{query}" if query else "")


def _spoken(say: Phrases) -> dict[str, Any]:
    return {
        "fact_text": lambda fact: fact_text(fact, say),
        "rule_name": lambda rule: rule_name(rule, say),
        "unfilled_text": lambda reason: unfilled_text(reason, say),
        "unfilled_details": lambda reason: unfilled_details(reason, say),
        "excluded_text": lambda entry: excluded_text(entry, say),
        "cost_text": lambda entry: cost_text(entry, say),
        "gap_text": lambda gap: gap_text(gap, say),
        "headline": lambda summary: headline(summary, say),
        "sentences": lambda summary: list(sentences(summary, say)),
        "group_name": lambda group: group_name(group, say),
    }


@cache
def style() -> tuple[str, str]:
    """Return the style sheet, the report's with the pages' own after it, and a short hash of it for its address."""
    own = files("matcher_api.web").joinpath("static", "desk.css").read_text(encoding="utf-8")
    text = str(style_of("style").text) + own
    return text, hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _environment() -> Environment:
    """Return the report's environment with the pages' templates; the report's are under ``report/``."""
    report = environment()
    assert report.loader is not None
    return report.overlay(
        loader=ChoiceLoader([PackageLoader("matcher_api.web"), PrefixLoader({"report": report.loader})])
    )
