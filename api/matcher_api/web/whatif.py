"""The pages of what if: build a small scenario, have it solved, and read what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import Fault, InvalidInput
from matcher.languages import Phrases
from matcher.report.studies import scenario_study
from matcher.report.study_html import QUESTIONS, study_parts
from matcher.service.scenarios import (
    Asked,
    ScenarioPage,
    ScenarioRun,
    ask_scenario,
    change_of,
    checked,
    scenario_of,
    scenario_page,
    scenario_runs,
)
from matcher.service.studies import StudyRow, comparable_plans, study_file, study_page, study_rows
from matcher.whatif import Study
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import At, Fields, Kept, Number
from matcher_api.web.questions import WrongFields, question_words
from matcher_api.web.rendering import page, reader_of
from matcher_api.web.scenario_words import change_words
from matcher_api.web.studying import asked, faults_of, is_study, shown, table_address
from matcher_api.web.workbooks import answer_of, workbook_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

TIME_LIMIT_S = 300.0
MOST_NAME = 60
MOST_ROWS = 20
Changes = Annotated[str, Query(max_length=4000)]
Table = Annotated[str, Query(max_length=60)]


def _read(changes: str) -> list[Asked]:
    return [dict(parse_qsl(line, keep_blank_values=True)) for line in changes.splitlines() if line]


def _written(asked: list[Asked]) -> str:
    return "\n".join(urlencode(one) for one in asked)


@router.get("/what-if")
def build(request: Request, desk: At, store: Kept, changes: Changes = "", kind: str = "") -> Response:
    """A scenario under construction: its changes so far, and what can be added."""
    asked = _read(changes)
    faults: tuple[Fault, ...] = ()
    if kind:
        values = {name: value for name, value in request.query_params.items() if name != "changes" and value}
        try:
            checked(desk.problem, scenario_of([*asked, values], "?"))
        except InvalidInput as error:
            faults = error.faults
        else:
            return RedirectResponse(f"/what-if?{urlencode({'changes': _written([*asked, values])})}", status_code=303)
    return _building(request, desk, store, asked, faults)


@router.post("/what-if")
def ask(request: Request, desk: At, store: Kept, actor: Signed, fields: Fields) -> Response:
    """Have a scenario solved."""
    changes = _read(fields.get("changes", ""))
    if not changes or desk.plan_id is None:
        raise HTTPException(400)
    say = reader_of(request)
    name = fields.get("name", "")[:MOST_NAME] or say.text("Scenario")
    try:
        run = ask_scenario(store, desk.plan_id, changes, name=name, by=actor.name, time_limit_s=TIME_LIMIT_S)
    except InvalidInput as error:
        return _building(request, desk, store, changes, error.faults)
    return RedirectResponse(f"/what-if/{run.run_id}", status_code=303)


@router.post("/what-if/questions")
def question(request: Request, desk: At, store: Kept, actor: Signed, fields: Fields) -> Response:
    """Ask a question of the plan that people work by, or of the scenario that is under construction."""
    changes = _read(fields.get("changes", ""))
    if desk.plan_id is None:
        raise HTTPException(400)
    try:
        return asked(store, desk.plan_id, fields, changes, actor.name, reader_of(request))
    except WrongFields as error:
        return _building(request, desk, store, changes, sentences=error.sentences, filled=fields)
    except InvalidInput as error:
        return _building(request, desk, store, changes, faults_of(error), filled=fields)


@router.get("/what-if/{run_id}")
def result(request: Request, store: Kept, run_id: Number) -> HTMLResponse:
    """What a scenario or a study comes to, or how far it is."""
    if is_study(store, run_id):
        return shown(request, store, run_id)
    view, say = scenario_page(store, run_id), reader_of(request)
    study = _study(view, say)
    sections = [part for part in study_parts(study, say) if part.table.name != "changes"] if study else []
    told = [change_words(change, view.base, say) for change in view.row.scenario.changes]
    outcome = view.matrix.outcomes[-1] if view.matrix else None
    return page(
        request,
        "scenario.html.jinja",
        view=view,
        study=study,
        sections=sections,
        workbook_of=table_address(run_id),
        changes=told,
        outcome=outcome,
    )


@router.get("/what-if/{run_id}/excel")
def workbook(request: Request, store: Kept, run_id: Number, table: Table = "") -> Response:
    """The same as a workbook, or one of its tables."""
    say, of_study = reader_of(request), is_study(store, run_id)
    study = study_page(store, run_id, say.language).study if of_study else _study(scenario_page(store, run_id), say)
    if study is None:
        raise HTTPException(404)
    if table:
        tables = [one for one in study.tables if one.name == table]
        if not tables:
            raise HTTPException(404)
        return workbook_of(tables, table)
    return answer_of(study_file(study, "xlsx", say.language), "study" if of_study else "scenario")


def _study(view: ScenarioPage, say: Phrases) -> Study | None:
    return None if view.matrix is None else scenario_study(view.matrix, [view.row.scenario], say)


def _building(
    request: Request,
    desk: At,
    store: Kept,
    asked: list[Asked],
    faults: tuple[Fault, ...] = (),
    sentences: Sequence[str] = (),
    filled: Mapping[str, str] | None = None,
) -> HTMLResponse:
    say = reader_of(request)
    with store.reading() as session:
        rows: list[ScenarioRun | StudyRow] = [*scenario_runs(session), *study_rows(session)]
        comparable = comparable_plans(session)
    rows.sort(key=lambda row: -row.run.run_id)
    so_far = []
    for number, one in enumerate(asked):
        try:
            told = change_words(change_of(one), desk.problem, say)
        except InvalidInput as error:
            told, faults = str(one.get("kind", "")), (*faults, *error.faults)
        so_far.append((told, urlencode({"changes": _written(asked[:number] + asked[number + 1 :])})))
    groups = {membership.group for candidate in desk.problem.candidates for membership in candidate.groups}
    return page(
        request,
        "whatif.html.jinja",
        422 if faults or sentences else 200,
        desk=desk,
        so_far=so_far,
        changes=_written(asked),
        faults=faults,
        wrong=sentences,
        rows=rows[:MOST_ROWS],
        groups=sorted(groups),
        questions=QUESTIONS,
        comparable=comparable,
        filled=filled or {},
        **question_words(say),
    )
