"""The one table of who may do what. An address that does not stand here answers to nobody.

A new route has its line here; `tests/api/test_policy.py` fails without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from matcher.service.rows import ROW_KEYS, STATES_BY_TABLE
from matcher.store import OWNED, ROLES, Rights, Role
from matcher_api.auth.table import Policy, Rule, Scope

NOBODY_IN_PARTICULAR: frozenset[Role] = frozenset()
ANYBODY: frozenset[Role] = frozenset(ROLES)
PEOPLE: frozenset[Role] = ANYBODY - {"service"}
# Who may learn who a candidate is; planners, auditors and administrators work with pseudonyms.
KNOWING: frozenset[Role] = frozenset({"matcher"})
STAFF: frozenset[Role] = frozenset({"matcher", "planner"})
PLANNERS: frozenset[Role] = frozenset({"planner"})
FIGURES: frozenset[Role] = STAFF | {"auditor"}
AUDITORS: frozenset[Role] = frozenset({"auditor"})
SUPPLIERS: frozenset[Role] = frozenset({"supplier"})
ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})
SYSTEMS: frozenset[Role] = STAFF | {"service"}
# Whoever sees that something is wrong may stop the planner; letting it go on is for who answers for it.
WATCHERS: frozenset[Role] = FIGURES | {"administrator"}
RESUMERS: frozenset[Role] = PLANNERS | {"administrator"}
EDITORS: frozenset[Role] = PLANNERS | {"service"}


def _rule(method: str, path: str, roles: frozenset[Role], scope: Scope) -> Rule:
    return Rule(method=method, path=path, roles=roles, scope=scope)


def _of_rows() -> Iterator[Rule]:
    """Yield the rules of the problem's rows, which are all alike: whose a row is, its key says."""
    for table, key in ROW_KEYS.items():
        path = f"/v1/{table.replace('_', '-')}"
        item = path + "".join(f"/{{{name}}}" for name in key)
        is_owned = bool(OWNED.keys() & set(key))
        editors = SYSTEMS if "candidate_id" in key else EDITORS
        # What belongs to the whole city, whoever is limited reads at most: limits name contracts and groups of all.
        shared: Scope = "everything" if table in ("quotas", "resources") else "none"
        of_people: Scope = "people" if "candidate_id" in key else "rows"
        yield _rule("GET", path, SYSTEMS, of_people if is_owned else shared)
        yield _rule("POST", path, editors, "everything")
        yield _rule("GET", item, SYSTEMS, "rows" if is_owned else shared)
        yield _rule("PUT", item, editors, "rows" if is_owned else "everything")
        if table in STATES_BY_TABLE:
            yield _rule("POST", f"{item}/moves", editors, "rows")


RULES = (
    # Before anybody has signed in.
    _rule("GET", "/healthz", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/readyz", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/static/style.css", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/static/desk.js", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/v1/openapi.json", NOBODY_IN_PARTICULAR, "none"),
    _rule("POST", "/language", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/sign-in", NOBODY_IN_PARTICULAR, "none"),
    _rule("POST", "/sign-in", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/sign-in/code", NOBODY_IN_PARTICULAR, "none"),
    _rule("POST", "/sign-in/code", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/sign-in/provider", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/sign-in/answer", NOBODY_IN_PARTICULAR, "none"),
    _rule("GET", "/invitation", NOBODY_IN_PARTICULAR, "none"),
    _rule("POST", "/invitation", NOBODY_IN_PARTICULAR, "none"),
    # Everybody's own.
    _rule("POST", "/sign-out", PEOPLE, "none"),
    _rule("GET", "/account", PEOPLE, "none"),
    _rule("POST", "/account/password", PEOPLE, "none"),
    _rule("POST", "/account/sign-out-everywhere", PEOPLE, "none"),
    _rule("GET", "/account/second-factor", PEOPLE, "none"),
    _rule("POST", "/account/second-factor", PEOPLE, "none"),
    _rule("POST", "/account/second-factor/confirmation", PEOPLE, "none"),
    _rule("POST", "/account/second-factor/codes", PEOPLE, "none"),
    _rule("POST", "/account/second-factor/removal", PEOPLE, "none"),
    # A supplier's contact: whom to expect.
    _rule("GET", "/accepted", SUPPLIERS, "rows"),
    # Who may sign in, and what other systems may ask.
    _rule("GET", "/accounts", ADMINISTRATORS, "none"),
    _rule("POST", "/accounts/invitations", ADMINISTRATORS, "none"),
    _rule("POST", "/accounts/tokens", ADMINISTRATORS, "none"),
    _rule("POST", "/accounts/tokens/{token_id}/revoke", ADMINISTRATORS, "none"),
    _rule("POST", "/accounts/{account_id}/rights", ADMINISTRATORS, "none"),
    _rule("POST", "/accounts/{account_id}/reset", ADMINISTRATORS, "none"),
    _rule("POST", "/accounts/{account_id}/second-factor/removal", ADMINISTRATORS, "none"),
    _rule("POST", "/accounts/{account_id}/disable", ADMINISTRATORS, "none"),
    _rule("POST", "/accounts/{account_id}/enable", ADMINISTRATORS, "none"),
    # Pages for staff.
    _rule("GET", "/", STAFF, "rows"),
    _rule("GET", "/contracts", STAFF, "rows"),
    _rule("GET", "/contracts/{contract_id}", STAFF, "rows"),
    _rule("GET", "/vacancies", STAFF, "rows"),
    _rule("GET", "/vacancies/{vacancy_id}", STAFF, "rows"),
    _rule("GET", "/candidates", STAFF, "people"),
    _rule("GET", "/candidates/{candidate_id}", STAFF, "people"),
    _rule("POST", "/candidates/{candidate_id}/case", PLANNERS, "people"),
    _rule("GET", "/courses", STAFF, "none"),
    # Of the plan that people work by whoever is limited finds their part; its aims and runs are about everybody.
    _rule("GET", "/plan", FIGURES, "rows"),
    _rule("GET", "/plan/report", STAFF, "everything"),
    _rule("GET", "/proposals", STAFF, "people"),
    _rule("GET", "/proposals/several", STAFF, "people"),
    _rule("POST", "/proposals/several", STAFF, "people"),
    _rule("GET", "/vacancies/{vacancy_id}/people/{candidate_id}", STAFF, "people"),
    _rule("POST", "/vacancies/{vacancy_id}/people/{candidate_id}", STAFF, "people"),
    _rule("GET", "/placements", STAFF, "people"),
    _rule("GET", "/placements/{placement_id}", STAFF, "people"),
    _rule("POST", "/placements/{placement_id}/follow-ups/{follow_up_id}", STAFF, "people"),
    _rule("POST", "/placements/{placement_id}/end", STAFF, "people"),
    _rule("POST", "/vacancies/{vacancy_id}/people/{candidate_id}/start", STAFF, "people"),
    _rule("GET", "/figures", FIGURES, "people"),
    _rule("GET", "/audit", AUDITORS, "everything"),
    _rule("GET", "/equality", AUDITORS, "everything"),
    _rule("POST", "/equality", AUDITORS, "everything"),
    _rule("GET", "/excel/audit", AUDITORS, "everything"),
    _rule("GET", "/oversight", WATCHERS, "none"),
    _rule("POST", "/oversight/stop", WATCHERS, "none"),
    _rule("POST", "/oversight/resume", RESUMERS, "none"),
    # An answer is one number for the whole city, and differs by whoever else is in it: part of it would tell of others.
    _rule("GET", "/what-if", STAFF, "everything"),
    _rule("POST", "/what-if", STAFF, "everything"),
    _rule("GET", "/what-if/{run_id}", STAFF, "everything"),
    _rule("GET", "/what-if/{run_id}/excel", STAFF, "everything"),
    _rule("GET", "/what-if/{run_id}/report", STAFF, "everything"),
    _rule("POST", "/what-if/{run_id}/cancel", STAFF, "everything"),
    _rule("POST", "/what-if/questions", STAFF, "everything"),
    _rule("GET", "/excel/{kind}", STAFF, "rows"),
    _rule("GET", "/excel/figures", FIGURES, "people"),
    _rule("GET", "/excel/runs/{run_id}", STAFF, "everything"),
    _rule("GET", "/excel/vacancies/{vacancy_id}/people", STAFF, "people"),
    # What candidates may ask for, and who they are.
    _rule("GET", "/requests", STAFF, "people"),
    _rule("GET", "/candidates/{candidate_id}/rights", STAFF, "people"),
    _rule("GET", "/candidates/{candidate_id}/letter", STAFF, "people"),
    _rule("POST", "/candidates/{candidate_id}/access", KNOWING, "people"),
    _rule("POST", "/candidates/{candidate_id}/identity", KNOWING, "people"),
    _rule("POST", "/candidates/{candidate_id}/requests", STAFF, "people"),
    _rule("POST", "/candidates/{candidate_id}/requests/{request_id}/answer", STAFF, "people"),
    _rule("POST", "/candidates/{candidate_id}/erasure", KNOWING, "people"),
    _rule("GET", "/identities", KNOWING, "everything"),
    _rule("POST", "/identities", KNOWING, "everything"),
    _rule("GET", "/v1/candidates/{candidate_id}/access", KNOWING, "rows"),
    _rule("GET", "/v1/candidates/{candidate_id}/requests", STAFF, "rows"),
    _rule("POST", "/v1/candidates/{candidate_id}/requests", STAFF, "rows"),
    _rule("POST", "/v1/candidates/{candidate_id}/requests/{request_id}/answer", STAFF, "rows"),
    _rule("POST", "/v1/candidates/{candidate_id}/erasure", KNOWING, "rows"),
    _rule("GET", "/v1/retention", FIGURES | ADMINISTRATORS, "none"),
    # Documents that law asks for: rules, roles and numbers, nobody's data.
    _rule("GET", "/law", FIGURES | ADMINISTRATORS, "none"),
    _rule("GET", "/law/{template}", FIGURES | ADMINISTRATORS, "none"),
    # How long what is kept: rules and numbers, nobody's data.
    _rule("GET", "/retention", FIGURES | ADMINISTRATORS, "none"),
    _rule("POST", "/retention/rules", ADMINISTRATORS, "none"),
    _rule("POST", "/retention/rules/{rule_id}/remove", ADMINISTRATORS, "none"),
    _rule("POST", "/retention/apply", ADMINISTRATORS, "none"),
    # Planning.
    _rule("POST", "/runs", PLANNERS, "everything"),
    _rule("GET", "/runs/{run_id}", STAFF, "everything"),
    _rule("POST", "/runs/{run_id}/cancel", PLANNERS, "everything"),
    _rule("POST", "/runs/{run_id}/publish", PLANNERS, "everything"),
    # A file is judged with everything that is stored: what fits together, what is new, what is missing.
    _rule("GET", "/import", PLANNERS, "everything"),
    _rule("POST", "/import", PLANNERS, "everything"),
    _rule("GET", "/import/workbook", PLANNERS, "everything"),
    _rule("GET", "/import/{digest}", PLANNERS, "everything"),
    _rule("GET", "/excel/imports/{digest}", PLANNERS, "everything"),
    _rule("POST", "/import/{digest}/fill", PLANNERS, "everything"),
    _rule("POST", "/import/{digest}/take", PLANNERS, "everything"),
    # Other systems.
    _rule("POST", "/v1/solve", SYSTEMS, "none"),
    _rule("POST", "/v1/check", SYSTEMS, "none"),
    _rule("GET", "/metrics", ADMINISTRATORS | {"service"}, "none"),
    *_of_rows(),
    _rule("GET", "/v1/candidates/{candidate_id}/case", SYSTEMS, "people"),
    _rule("PUT", "/v1/candidates/{candidate_id}/case", EDITORS, "people"),
    _rule("GET", "/v1/vacancies/{vacancy_id}/suggestions", SYSTEMS, "people"),
    _rule("GET", "/v1/decision-costs", SYSTEMS, "people"),
    _rule("POST", "/v1/imports/{source}", EDITORS, "everything"),
    _rule("GET", "/v1/problem", SYSTEMS, "everything"),
    _rule("GET", "/v1/plans/{plan_id}/workbook", SYSTEMS, "everything"),
    _rule("POST", "/v1/scenarios", SYSTEMS, "everything"),
    _rule("GET", "/v1/scenarios/{run_id}", SYSTEMS, "everything"),
    # The stop switch: other systems are told of it, and cannot use it.
    _rule("GET", "/v1/oversight", WATCHERS, "none"),
    # The log names people by their pseudonyms: it is an auditor's, who is limited to nobody. Its head names nobody.
    _rule("GET", "/v1/audit-log", AUDITORS, "everything"),
    _rule("POST", "/v1/equality", AUDITORS, "everything"),
    _rule("GET", "/v1/audit-log/head", AUDITORS | ADMINISTRATORS | {"service"}, "none"),
    _rule("GET", "/v1/stop", WATCHERS | {"service"}, "none"),
    _rule("POST", "/v1/stop", WATCHERS, "none"),
    _rule("POST", "/v1/stop/end", RESUMERS, "none"),
    _rule("GET", "/v1/scenarios/{run_id}/report", SYSTEMS, "everything"),
    _rule("POST", "/v1/studies", SYSTEMS, "everything"),
    _rule("GET", "/v1/studies/{run_id}", SYSTEMS, "everything"),
    _rule("GET", "/v1/studies/{run_id}/report", SYSTEMS, "everything"),
    _rule("POST", "/v1/studies/{run_id}/cancellation", SYSTEMS, "everything"),
    # Runs and plans are about everybody.
    _rule("GET", "/v1/runs", SYSTEMS, "everything"),
    _rule("POST", "/v1/runs", EDITORS, "everything"),
    _rule("GET", "/v1/runs/{run_id}", SYSTEMS, "everything"),
    _rule("GET", "/v1/runs/{run_id}/events", SYSTEMS, "everything"),
    _rule("POST", "/v1/runs/{run_id}/cancellation", EDITORS, "everything"),
    _rule("GET", "/v1/plans", SYSTEMS | FIGURES, "everything"),
    _rule("GET", "/v1/plans/{plan_id}", SYSTEMS | FIGURES, "everything"),
    _rule("GET", "/v1/plans/{plan_id}/document", SYSTEMS, "everything"),
    _rule("GET", "/v1/publications", SYSTEMS | FIGURES, "everything"),
    _rule("POST", "/v1/plans/{plan_id}/publications", PLANNERS, "everything"),
    # Decisions are taken by people, never by another system.
    _rule("GET", "/v1/proposals", SYSTEMS, "people"),
    _rule("GET", "/v1/proposals/{proposal_id}", SYSTEMS, "rows"),
    _rule("POST", "/v1/proposals/{proposal_id}/decision", STAFF, "rows"),
    _rule("GET", "/v1/decisions", SYSTEMS, "people"),
    _rule("POST", "/v1/decisions", STAFF, "people"),
    _rule("GET", "/v1/placements", SYSTEMS, "people"),
    _rule("POST", "/v1/placements", SYSTEMS, "people"),
    _rule("GET", "/v1/placements/{placement_id}", SYSTEMS, "rows"),
    _rule("POST", "/v1/placements/{placement_id}/end", SYSTEMS, "rows"),
    _rule("GET", "/v1/follow-ups", SYSTEMS, "people"),
    _rule("GET", "/v1/follow-ups/{follow_up_id}", SYSTEMS, "people"),
    _rule("PUT", "/v1/follow-ups/{follow_up_id}", SYSTEMS, "people"),
    _rule("GET", "/v1/policies", SYSTEMS | FIGURES, "none"),
    _rule("POST", "/v1/policies", PLANNERS, "none"),
    _rule("GET", "/v1/policies/{policy_version}", SYSTEMS | FIGURES, "none"),
    _rule("POST", "/v1/policies/{policy_version}/approval", PLANNERS, "none"),
)
POLICY = Policy(RULES)

# Where an account that lacks the second factor it needs may go: to get one, and out.
OF_SETTING_UP = frozenset(
    {
        "/account",
        "/account/password",
        "/account/second-factor",
        "/account/second-factor/confirmation",
        "/account/sign-out-everywhere",
        "/sign-out",
    }
)

# Where somebody begins, by the first of these roles that is theirs.
FIRST_PAGES: tuple[tuple[Role, str], ...] = (
    ("matcher", "/"),
    ("planner", "/"),
    ("matcher", "/contracts"),
    ("planner", "/contracts"),
    ("auditor", "/plan"),
    ("administrator", "/accounts"),
    ("supplier", "/accepted"),
)


def first_page(rights: Rights) -> str:
    """Return the address at which somebody begins."""
    open_to = (address for role, address in FIRST_PAGES if role in rights.roles and POLICY.may(rights, address))
    return next(open_to, "/account")
