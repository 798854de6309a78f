"""Changes of rules: people's decisions, quotas, resources and the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, ClassVar

from matcher.problem.changes.change import Change
from matcher.problem.changes.draft import Draft, did_you_mean
from matcher.problem.changes.training import given
from matcher.problem.policy import Policy
from matcher.problem.rules import Decision, DecisionKind, Quota, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class PinPair(Change):
    """A candidate who is to have a vacancy, whatever was decided about the two before."""

    kind: ClassVar[str] = "pin_pair"
    candidate_id: str
    vacancy_id: str

    def edit(self, draft: Draft) -> None:
        """Put the decision in the place of others on the pair."""
        _decide(draft, self.candidate_id, self.vacancy_id, "pinned")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbidPair(Change):
    """A candidate who is not to have a vacancy, whatever was decided about the two before."""

    kind: ClassVar[str] = "forbid_pair"
    candidate_id: str
    vacancy_id: str

    def edit(self, draft: Draft) -> None:
        """Put the decision in the place of others on the pair."""
        _decide(draft, self.candidate_id, self.vacancy_id, "forbidden")


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDecision(Change):
    """Whatever was decided about a candidate and a vacancy is taken back."""

    kind: ClassVar[str] = "withdraw_decision"
    candidate_id: str
    vacancy_id: str

    def edit(self, draft: Draft) -> None:
        """Leave out the rows."""
        if _are_known(draft, self.candidate_id, self.vacancy_id) and not _withdraw(
            draft, self.candidate_id, self.vacancy_id
        ):
            must, remedy = "name a pair about which something was decided", "Correct the ids, or remove the change."
            draft.note("unknown_id", "vacancy_id", self.vacancy_id, must, remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddQuota(Change):
    """One more quota."""

    kind: ClassVar[str] = "add_quota"
    quota: Quota

    def edit(self, draft: Draft) -> None:
        """Add the row."""
        draft.add("quotas", (self.quota,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQuota(Change):
    """A quota of another size; what is ``None`` stays as it is."""

    kind: ClassVar[str] = "change_quota"
    quota_id: str
    min_count: int | None = None
    max_count: int | None = None
    min_share: Decimal | None = None
    max_share: Decimal | None = None
    hard: bool | None = None
    price: Decimal | None = None

    def edit(self, draft: Draft) -> None:
        """Set what is given."""
        names = ("min_count", "max_count", "min_share", "max_share", "hard", "price")
        draft.change("quotas", self.quota_id, **given(self, names))


@dataclass(frozen=True, slots=True, kw_only=True)
class DropQuota(Change):
    """A quota that holds no longer."""

    kind: ClassVar[str] = "drop_quota"
    quota_id: str

    def edit(self, draft: Draft) -> None:
        """Leave out the row."""
        if draft.find("quotas", self.quota_id) is not None:
            draft.keep("quotas", lambda row: row.quota_id != self.quota_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResource(Change):
    """A resource of which there is more or less: exactly one of `limit` and `by` is given."""

    kind: ClassVar[str] = "change_resource"
    resource_id: str
    limit: Decimal | None = None
    by: Decimal | None = None

    def edit(self, draft: Draft) -> None:
        """Set its limit."""
        resource: Resource | None = draft.find("resources", self.resource_id)
        if resource is None:
            return
        limit = draft.amount("limit", self.limit, self.by, resource.limit)
        if limit is not None:
            draft.change("resources", self.resource_id, limit=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacePolicy(Change):
    """Another policy in the place of the given one."""

    kind: ClassVar[str] = "replace_policy"
    policy: Policy

    def edit(self, draft: Draft) -> None:
        """Set it."""
        draft.policy = self.policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePolicy(Change):
    """The policy with some of its values changed.

    Parameters
    ----------
    values : mapping
        By the keys of policy.toml: ``priority_per_year``, ``credit.youth``, ``outcome.intercept``.
    """

    kind: ClassVar[str] = "change_policy"
    values: Mapping[str, Any] = field(default_factory=dict)

    def edit(self, draft: Draft) -> None:
        """Set the values; a policy checks its own names of weights."""
        simple: dict[str, Any] = {}
        for key, value in self.values.items():
            section, point, inner = key.partition(".")
            if section not in Policy.__slots__:
                remedy = f"Correct the key.{did_you_mean(section, Policy.__slots__)}"
                draft.note("unknown_key", key, key, "name a key of the policy", remedy)
            elif not point:
                simple[section] = value
            elif section == "outcome":
                simple[section] = replace(simple.get(section, draft.policy.outcome), **{inner: value})
            else:
                simple[section] = {**simple.get(section, getattr(draft.policy, section)), inner: value}
        draft.policy = replace(draft.policy, **simple)


def _are_known(draft: Draft, candidate_id: str, vacancy_id: str) -> bool:
    """Tell whether both are there; a fault is noted for each that is not."""
    return (draft.find("candidates", candidate_id) is not None) & (draft.find("vacancies", vacancy_id) is not None)


def _withdraw(draft: Draft, candidate_id: str, vacancy_id: str) -> int:
    return draft.keep("decisions", lambda row: (row.candidate_id, row.vacancy_id) != (candidate_id, vacancy_id))


def _decide(draft: Draft, candidate_id: str, vacancy_id: str, decision: DecisionKind) -> None:
    if _are_known(draft, candidate_id, vacancy_id):
        _withdraw(draft, candidate_id, vacancy_id)
        draft.add("decisions", (Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision=decision),))
