"""Which addresses show something about people, and about whom: what the log of readers is told."""

from __future__ import annotations

from collections.abc import Mapping

from matcher_api.auth.table import Rule

# About nobody in particular, although only who may see the whole city may see them: counts, aims, runs, work.
IMPERSONAL = frozenset(
    {
        *("/identities", "/plan", "/figures", "/excel/figures", "/what-if", "/import", "/equality"),
        *("/v1/runs", "/v1/runs/{run_id}", "/v1/runs/{run_id}/events", "/v1/plans", "/v1/plans/{plan_id}"),
        *("/v1/publications", "/v1/contracts", "/v1/vacancies", "/v1/vacancy-skills"),
    }
)
# About people, although whoever is limited gets in: the page itself leaves out who is not theirs.
PERSONAL = frozenset({"/accepted", "/", "/vacancies/{vacancy_id}", "/excel/{kind}"})
_OF_ONE = (("candidate_id", "candidates"), ("proposal_id", "proposals"), ("placement_id", "placements"))
# The lists are known by what they hold, whatever page shows them.
_LIST_NAMES = {"": "today", "excel": "workbooks", "audit": "audit_log"}


def shows_people(rule: Rule) -> bool:
    """Tell whether an address shows something about people: unless it is known not to, one that shows all does."""
    if rule.method != "GET" or rule.is_open or rule.path in IMPERSONAL:
        return False
    is_of_one = any(f"{{{name}}}" in rule.path for name, _ in _OF_ONE)
    return is_of_one or rule.scope in ("people", "everything") or rule.path in PERSONAL


def thing_seen(rule: Rule, owned: Mapping[str, str]) -> tuple[str, str | None]:
    """Return what an address shows, as the log names it: a kind of thing and its id, or a list.

    Parameters
    ----------
    rule : Rule
    owned : mapping of str to str
        What the address names, decoded.
    """
    if "candidate_id" in owned and "vacancy_id" in owned:
        return "pairs", f"{owned['candidate_id']}|{owned['vacancy_id']}"
    for name, entity in _OF_ONE:
        if name in owned:
            return entity, owned[name]
    if "vacancy_id" in owned:
        return "vacancies", owned["vacancy_id"]
    first = rule.path.removeprefix("/v1").split("/")[1]
    return _LIST_NAMES.get(first, first.replace("-", "_")), None
