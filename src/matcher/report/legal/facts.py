"""What documents are filled with: facts of the running system, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """A table that refers to candidates.

    Parameters
    ----------
    name : str
    columns : sequence of str
    num_rows : int
    """

    name: str
    columns: Sequence[str]
    num_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """A rule of retention.

    Parameters
    ----------
    entity : str
    keep_months : int or None
        ``None`` for ever.
    is_archived : bool
    legal_basis, approved_by : str
    """

    entity: str
    keep_months: int | None
    is_archived: bool
    legal_basis: str
    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFacts:
    """What is true of a running system.

    Parameters
    ----------
    day : date
    controller, officer : str or None
        Who is responsible, and the data protection officer; ``None`` where nobody has said.
    versions : mapping of str to str
    database : str
        ``SQLite`` or ``PostgreSQL``.
    counts : mapping of str to int
        Rows of candidates, vacancies, contracts, proposals, placements, identities, open requests.
    tables : sequence of TableFacts
    rules : sequence of RuleFacts
    accounts_by_role : mapping of str to int
    num_systems : int
        Tokens of other systems that work.
    supplier_fields : sequence of str
    policy_version : int or None
    policy_approved_by, policy_legal_basis : str or None
    tiers : sequence of str
        Aims in their order.
    groups : sequence of str
        Target groups that a rule names.
    plan_status : str or None
        Of the last plan.
    plan_gaps : mapping of str to float or None
        Certified gap of each aim of the last plan.
    model_figures : mapping of str to float
        Of the forecast that a person has switched to: held-out log loss and Brier score; empty where there is none.
    acts : mapping of str to int
        Decisions by what was decided.
    has_provider, has_keys : bool
        Whether people sign in by the organisation's provider; whether the vault's keys are at hand.
    """

    day: date
    controller: str | None
    officer: str | None
    versions: Mapping[str, str]
    database: str
    counts: Mapping[str, int]
    tables: Sequence[TableFacts]
    rules: Sequence[RuleFacts]
    accounts_by_role: Mapping[str, int]
    num_systems: int
    supplier_fields: Sequence[str]
    policy_version: int | None
    policy_approved_by: str | None
    policy_legal_basis: str | None
    tiers: Sequence[str]
    groups: Sequence[str]
    plan_status: str | None
    plan_gaps: Mapping[str, float | None]
    model_figures: Mapping[str, float]
    acts: Mapping[str, int]
    has_provider: bool
    has_keys: bool
