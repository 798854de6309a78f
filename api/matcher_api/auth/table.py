"""Rules about addresses: which one stands for a request, and what it demands. What stands in none is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from starlette.routing import compile_path

from matcher.store import OWNED, Rights, Role

# "none": nothing of any unit or contract. "rows": the endpoint leaves out what is not the actor's. "people": it leaves
# out other units' people, and shows every contract's work, so nobody who is limited to contracts gets in. "everything":
# it shows the whole city's, so nobody who is limited to units or contracts gets in.
Scope = Literal["none", "rows", "people", "everything"]
# Parameters that name nothing of any unit or contract.
UNOWNED = frozenset(
    {
        *("account_id", "token_id", "run_id", "plan_id", "job_id", "policy_version"),
        *("request_id", "rule_id", "template"),
        *(
            "cohort_id",
            "course_id",
            "budget_id",
            "quota_id",
            "resource_id",
            "municipality",
            "skill",
            "kind",
            "digest",
            "source",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one address demands under one method.

    Parameters
    ----------
    method, path : str
        As the router has them, parameters in braces.
    roles : frozenset of str
        One of them suffices; empty where nobody needs to sign in.
    scope : str
    """

    method: str
    path: str
    roles: frozenset[Role]
    scope: Scope

    @property
    def is_open(self) -> bool:
        """Tell whether it is for everybody."""
        return not self.roles

    def admits(self, rights: Rights) -> bool:
        """Tell whether somebody may use the address at all; what of it is theirs is another question."""
        if self.is_open:
            return True
        is_shut = (rights.units is not None and self.scope == "everything") or (
            rights.contracts is not None and self.scope in ("people", "everything")
        )
        return bool(self.roles & rights.roles) and not is_shut


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rule for a request.

    Parameters
    ----------
    rule : Rule or None
    owned : mapping of str to str
        What the address names that belongs to a unit or a contract.
    methods : tuple of str
        Those that the address takes; empty where it stands in no rule.
    """

    rule: Rule | None
    owned: Mapping[str, str]
    methods: Sequence[str]


class Policy:
    """All rules.

    Parameters
    ----------
    rules : iterable of Rule

    Raises
    ------
    ValueError
        Where two rules are about the same, or a parameter is of no known kind.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_path: dict[str, dict[str, Rule]] = {}
        for rule in self.rules:
            of_path = self._by_path.setdefault(rule.path, {})
            if rule.method in of_path:
                raise ValueError(f"two rules for {rule.method} {rule.path}")
            of_path[rule.method] = rule
        compiled = [(path, *compile_path(path)) for path in self._by_path if "{" in path]
        for path, _, _, parameters in compiled:
            unknown = parameters.keys() - OWNED.keys() - UNOWNED
            if unknown:
                raise ValueError(f"{path} has parameters of no known kind: {sorted(unknown)}")
        # The address with the longest fixed beginning first: it is the more particular one.
        compiled.sort(key=lambda each: (-len(each[0].partition("{")[0]), -each[0].count("/")))
        self._patterns = [(path, pattern) for path, pattern, _, _ in compiled]

    def find(self, method: str, path: str) -> Found:
        """Return the rule for a method and an address."""
        template, parameters = path, dict[str, str]()
        if path not in self._by_path or "{" in path:
            for known, pattern in self._patterns:
                fitting = pattern.match(path)
                if fitting:
                    template, parameters = known, fitting.groupdict()
                    break
            else:
                return Found(rule=None, owned={}, methods=())
        of_path = self._by_path[template]
        owned = {name: value for name, value in parameters.items() if name in OWNED}
        return Found(rule=of_path.get(method), owned=owned, methods=tuple(sorted(of_path)))

    def may(self, rights: Rights, path: str, method: str = "GET") -> bool:
        """Tell whether somebody may use an address, so that nobody is shown a way that is closed."""
        rule = self.find(method, path).rule
        return rule is not None and rule.admits(rights)
