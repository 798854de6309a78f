"""Reads from the running system what the documents of `report.legal` are filled with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from matcher.languages import Phrases
from matcher.report.legal import TEMPLATES, LegalDocument, SystemFacts, TableFacts
from matcher.report.legal.facts import RuleFacts
from matcher.service.publishing import PLANNING
from matcher.service.running import versions
from matcher.store import (
    Session,
    Store,
    StoredModel,
    count_rows,
    decisions_taken,
    declared_groups,
    list_accounts,
    list_requests,
    list_rules,
    list_tokens,
    model_in_use,
    newest_plan_id,
    num_by_key,
    plan_of,
    policy_in_force,
    tables_about,
)

COUNTED = ("candidates", "vacancies", "contracts", "proposals", "placements")


def legal_document(
    store: Store,
    template: str,
    say: Phrases,
    *,
    controller: str | None = None,
    officer: str | None = None,
    supplier_fields: Sequence[str] = (),
    has_provider: bool = False,
    has_keys: bool = False,
) -> LegalDocument:
    """Return one of `TEMPLATES`, filled.

    Parameters
    ----------
    store : Store
    template : str
    say : Phrases
    controller, officer : str, optional
        Who is responsible, and the data protection officer.
    supplier_fields : sequence of str
    has_provider, has_keys : bool
    """
    with store.reading() as session:
        facts = _facts(session, "PostgreSQL" if store.is_postgres else "SQLite") | {
            "controller": controller,
            "officer": officer,
            "supplier_fields": tuple(supplier_fields),
            "has_provider": has_provider,
            "has_keys": has_keys,
        }
    _, fill = TEMPLATES[template]
    return fill(SystemFacts(**facts), say)


def _facts(session: Session, database: str) -> dict[str, Any]:
    policy, plan_id = policy_in_force(session, session.now.date()), newest_plan_id(session, PLANNING)
    plan = None if plan_id is None else plan_of(session, plan_id)
    roles = Counter(role for one in list_accounts(session) if one.is_active for role in one.rights.roles)
    return {
        "day": session.now.date(),
        "versions": versions(),
        "database": database,
        "counts": {name: count_rows(session, name) for name in COUNTED}
        | {"identities": sum(num_by_key(session).values()), "requests": len(list_requests(session, is_open=True))},
        "tables": tuple(
            TableFacts(name=name, columns=columns, num_rows=count_rows(session, name))
            for name, columns in tables_about("candidates").items()
        ),
        "rules": tuple(
            RuleFacts(**{name: getattr(rule, name) for name in RuleFacts.__slots__})
            for rule in list_rules(session, on=session.now.date())
        ),
        "accounts_by_role": dict(roles),
        "num_systems": sum(one.revoked_at is None and one.expires_at > session.now for one in list_tokens(session)),
        "policy_version": None if policy is None else policy.policy_version,
        "policy_approved_by": None if policy is None else policy.approved_by,
        "policy_legal_basis": None if policy is None else policy.legal_basis,
        "tiers": () if policy is None else tuple(policy.policy.tiers),
        "groups": declared_groups(session),
        "plan_status": None if plan is None else plan.status,
        "plan_gaps": {} if plan is None else {str(tier["name"]): tier["gap"] for tier in plan.tiers},
        "model_figures": _figures(model_in_use(session)),
        "acts": dict(Counter(one.act for one in decisions_taken(session))),
    }


def _figures(model: StoredModel | None) -> dict[str, float]:
    new: Mapping[str, Any] = {} if model is None else model.comparison.get("new", {})
    return {name: float(new[name]) for name in ("log_loss", "brier") if name in new}
