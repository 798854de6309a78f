"""Turns a template and what a page shows into an answer in the reader's language."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException

from matcher.errors import MatcherError
from matcher.explain import excluded_text, fact_text, rule_name, unfilled_details, unfilled_text
from matcher.languages import LANGUAGES, Language, Phrases, group_name, phrases, skill_text
from matcher.languages.error_texts import fault_text, fault_words, sentence_text
from matcher.report import gap_text, headline, sentences
from matcher.report.charts import MOST_MARKS, WIDTH
from matcher.report.rendering import environment, style_of
from matcher.report.words import AIM_UNITS, AIMS, COHORT_STATUSES, UNFILLED_HEADINGS, UNITS
from matcher.store import Stop, Store, standing_stop
from matcher_api.auth.actor import actor_if_any
from matcher_api.auth.forms import FIELD, form_token, keep_form_secret
from matcher_api.auth.policy import POLICY
from matcher_api.language import language_of
from matcher_api.web.amounts import cost_words, loss_words
from matcher_api.web.navigation import bar_for, place_of
from matcher_api.web.page_tables import table_on
from matcher_api.web.words import ACTS, FORMS, JOBS, PROPOSALS
from matcher_api.web.workbooks import WORKBOOK, written

LANGUAGE_COOKIE = "language"
TABLE = "excel"  # in an address: which table of the page is wanted as a workbook
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "sv": "Svenska"}
_WRITTEN_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
    """Return a rendered page, or one of its tables as a workbook where that is asked for."""
    say = reader_of(request)
    actor = actor_if_any(request)

    def may(method: str, address: str) -> bool:
        """Tell whether the reader may go there, so that nobody is shown a way that is closed."""
        return actor is not None and POLICY.may(actor.rights, address, method)

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
            may=may,
            stopped=_standing_stop(request) if actor is not None else None,
            provider=request.app.state.provider,
            form_field=FIELD,
            token_of_form=form_token(request),
            width=WIDTH,
            tables_of_page=PageTables(_address(request)),
            most_marks=MOST_MARKS,
            bar=bar_for(may),
            place=place_of(request.url.path),
            languages=LANGUAGE_NAMES,
            style_address=f"/static/style.css?{style()[1]}",
            script_address=f"/static/desk.js?{script()[1]}",
            words={
                "units": UNITS,
                "forms": FORMS,
                "aims": AIMS,
                "aim_units": AIM_UNITS,
                "unfilled": UNFILLED_HEADINGS,
                "cohorts": COHORT_STATUSES,
                "proposals": PROPOSALS,
                "acts": ACTS,
                "jobs": JOBS,
            },
            **_spoken(say),
            **shown,
        )
    )
    number = request.query_params.get(TABLE, "") if request.method == "GET" and status < 400 else ""
    if number.isascii() and number.isdecimal() and len(number) < 4:
        table = table_on(text, int(number), say.language)
        if table is None:
            raise HTTPException(404)
        name = f"{request.url.path.strip('/').partition('/')[0] or 'today'}-{number}"
        kept = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
        return HTMLResponse(written([table]), media_type=WORKBOOK, headers=kept)  # what every page's route promises
    answer = HTMLResponse(text, status, headers={**PAGE_HEADERS, "Content-Language": say.language})
    keep_form_secret(request, answer)
    return answer


class PageTables:
    """Counts the tables of a page while it is rendered, and knows under which address each is a workbook."""

    def __init__(self, here: str) -> None:
        self._here, self._count = here, 0

    def next(self) -> str:
        """Return the address of the next table's workbook."""
        self._count += 1
        return f"{self._here}{'&' if '?' in self._here else '?'}{TABLE}={self._count}"


def _standing_stop(request: Request) -> Stop | None:
    """Return what stops planning, for every page to say; where the database does not answer, the page comes without."""
    store: Store = request.app.state.store
    try:
        with store.reading() as session:
            return standing_stop(session)
    except MatcherError:
        return None


def _address(request: Request) -> str:
    """Return where the reader is, to come back to after choosing a language."""
    query = request.url.query if request.method == "GET" else ""
    return request.url.path + (f"?{query}" if query else "")


def _spoken(say: Phrases) -> dict[str, Any]:
    return {
        "fact_text": lambda fact: with_whole_days(fact_text(fact, say)),
        "rule_name": lambda rule: rule_name(rule, say),
        "unfilled_text": lambda reason: unfilled_text(reason, say),
        "unfilled_details": lambda reason: unfilled_details(reason, say),
        "excluded_text": lambda entry: excluded_text(entry, say),
        "cost_words": lambda entry: cost_words(entry, say),
        "loss_words": lambda loss: loss_words(loss, say),
        "fault_words": lambda fault: fault_words(fault, say.language),
        "fault_text": lambda fault: fault_text(fault, say.language),
        "sentence_text": lambda sentence: sentence_text(sentence, say.language),
        "column_name": column_name,
        "gap_text": lambda gap: gap_text(gap, say),
        "headline": lambda summary: headline(summary, say),
        "sentences": lambda summary: list(sentences(summary, say)),
        "group_name": lambda group: group_name(group, say),
        "skill_text": lambda skill, level: skill_text(skill, level, say),
    }


def with_whole_days(text: str) -> Markup:
    """Return a sentence in which no line ends within a day such as 2027-03-06: browsers break it behind its hyphens."""
    return Markup(_WRITTEN_DAY.sub(r'<span class="date">\g<0></span>', str(escape(text))))


def column_name(number: int) -> str:
    """Return the letters by which a spreadsheet calls a column that counts from 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@cache
def style() -> tuple[str, str]:
    """Return the style sheet, the report's with the pages' own after it, and a short hash of it for its address."""
    own = files("matcher_api.web").joinpath("static", "desk.css").read_text(encoding="utf-8")
    text = str(style_of("style", "chart").text) + own
    return text, hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def script() -> tuple[str, str]:
    """Return the pages' script and a short hash of it for its address."""
    text = files("matcher_api.web").joinpath("static", "desk.js").read_text(encoding="utf-8")
    return text, hashlib.sha256(text.encode()).hexdigest()[:16]


def read_templates() -> None:
    """Read every template, which takes up to 0.1 s each: otherwise a page's first reader waits for it."""
    for name in _environment().list_templates(extensions=["jinja"]):
        _environment().get_template(name)


@cache
def _environment() -> Environment:
    """Return the report's environment with the pages' templates; the report's are under ``report/``."""
    report = environment()
    assert report.loader is not None
    return report.overlay(
        loader=ChoiceLoader([PackageLoader("matcher_api.web"), PrefixLoader({"report": report.loader})])
    )
