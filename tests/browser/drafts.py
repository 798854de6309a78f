"""A workbook as somebody would drop it: what a contract lacks has still to be filled in."""

from __future__ import annotations

from dataclasses import replace

from matcher.problem import Contract, Problem


def with_news(problem: Problem) -> Problem:
    """Return a problem with one contract changed and one more, whose first day and obligation nobody has stated."""
    first, *rest = problem.contracts
    new = Contract(contract_id="NEW-1", start_date=None, buyer=first.buyer, title="Snöröjning, Majorna", cpv=first.cpv)
    changed = replace(first, title=f"{first.title} (förlängt)")
    return replace(problem, contracts=(changed, *rest, new), decisions=())
