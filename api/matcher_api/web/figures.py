"""The page of figures: clauses in service procurements against the city's goal, and what has come of them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from matcher.service.desk import figures
from matcher_api.web.asked import At, Kept
from matcher_api.web.rendering import page
from matcher_api.web.sight import Seen

MOST_ROWS = 50  # of a table of the page; its workbook has all

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/figures")
def all_figures(request: Request, desk: At, store: Kept, sight: Seen) -> HTMLResponse:
    """All figures, by buyer, group and quarter; of people, of those alone whom the reader may see."""
    goal = request.app.state.settings.clause_goal_percent
    view = figures(desk, store, sight.person)
    return page(request, "figures.html.jinja", desk=desk, view=view, goal=goal, most=MOST_ROWS, sight=sight)
