"""What if: a few changes to what a plan was made of, solved by a worker, and compared with that plan."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from matcher.languages import Phrases
from matcher.report import scenario_study, study_document
from matcher.service.lists import listed_one
from matcher.service.once import KeptAnswer
from matcher.service.scenarios import KIND, ScenarioPage, ask_scenario_over, problem_of_scenario, scenario_page
from matcher.whatif import Study
from matcher_api.acting import Acting
from matcher_api.bodies import require_json
from matcher_api.changes import change_texts
from matcher_api.database import Db
from matcher_api.describing import LOCATION
from matcher_api.documents import guarded
from matcher_api.fields import Answered, Identifier, Number, Seconds, Sent
from matcher_api.language import Say
from matcher_api.once import Asked, kept_response
from matcher_api.routers.studies import REPORT, AsForm, report_of
from matcher_api.schemas_studies import CHANGES, Change
from matcher_api.schemas_work import RunDocument

router = APIRouter(tags=["scenarios"])
RunId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class AskedScenario(Sent):
    """A scenario that is asked for."""

    plan_id: Number = Field(description="The plan that it begins with, and is compared with.")
    name: Identifier
    changes: Annotated[list[Change], Field(min_length=1, max_length=10)] = Field(description=CHANGES)
    time_limit_s: Seconds | None = None


class ScenarioDocument(Answered):
    """A scenario, how far it is, and what it would change."""

    name: str
    base_plan_id: int
    run: RunDocument
    study: dict[str, Any] | None = Field(description="The comparison in the reader's language, once it is solved.")


@router.post(
    "/scenarios",
    status_code=202,
    summary="Ask what would be if",
    response_model=RunDocument,
    responses={202: {"headers": LOCATION}, **guarded(400, 404, 409, 413, 415)},
    dependencies=[Depends(require_json)],
)
def ask(body: AskedScenario, store: Db, by: Acting, asked: Asked) -> Response:
    """Ask for the plan of a scenario; it is never proposed to anybody. `Location` says where to read the comparison."""
    changes = [change_texts(change) for change in body.changes]
    with store.reading() as session:
        changed = problem_of_scenario(session, body.plan_id, changes, body.name)
    with store.writing() as session:
        known = asked.known(session)
        if known is not None:
            return kept_response(known)
        run = ask_scenario_over(
            session, changed, body.plan_id, changes, name=body.name, by=by, time_limit_s=body.time_limit_s
        )
        document = RunDocument.of(listed_one(session, "runs", run.run_id)).model_dump_json()
        headers = {"Location": f"/v1/scenarios/{run.run_id}"}
        answer = asked.keep(session, KeptAnswer(status=202, document=document, headers=headers))
    return kept_response(answer)


@router.get("/scenarios/{run_id}", summary="Read a scenario", responses=guarded(404))
def scenario(store: Db, say: Say, run_id: RunId) -> ScenarioDocument:
    """Say how far a scenario is, and what it would change in every aim and for whom."""
    with store.reading() as session:
        run = RunDocument.of(listed_one(session, "runs", run_id))
    if run.kind != KIND:
        raise HTTPException(404)
    page = scenario_page(store, run_id)
    study = _study(page, say)
    return ScenarioDocument(
        name=page.row.scenario.name,
        base_plan_id=page.row.job.arguments.get("base_plan_id", 0),
        run=run,
        study=None if study is None else study_document(study),
    )


@router.get(
    "/scenarios/{run_id}/report",
    summary="Export a scenario",
    response_class=Response,
    responses={**REPORT, **guarded(404)},
)
def report(store: Db, say: Say, run_id: RunId, form: AsForm = "html") -> Response:
    """Return the comparison as a page that is read without anything else, as an Excel workbook, or as JSON."""
    with store.reading() as session:
        if listed_one(session, "runs", run_id).job.kind != KIND:
            raise HTTPException(404)
    return report_of(_study(scenario_page(store, run_id), say), form, say, f"scenario-{run_id}")


def _study(page: ScenarioPage, say: Phrases) -> Study | None:
    return None if page.matrix is None else scenario_study(page.matrix, [page.row.scenario], say)
