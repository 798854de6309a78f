"""What somebody may do and see: roles, and which units' candidates and which contracts' vacancies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from matcher.errors import Fault, InvalidInput

Role = Literal["matcher", "planner", "supplier", "auditor", "administrator", "service"]
ROLES: tuple[Role, ...] = get_args(Role)
# A contact at a supplier is no member of staff, and another system is no person: neither has a second role.
ALONE: tuple[Role, ...] = ("supplier", "service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What somebody may do and see.

    Parameters
    ----------
    roles : frozenset of str
        At least one of `ROLES`.
    units : frozenset of str or None
        Whose candidates may be seen; ``None`` for every unit's, and for people whom no unit looks after.
    contracts : frozenset of str or None
        Whose vacancies may be seen; ``None`` for every contract's. A supplier's contact always has a list.

    Raises
    ------
    InvalidInput
        With every fault.
    """

    roles: frozenset[Role]
    units: frozenset[str] | None = None
    contracts: frozenset[str] | None = None

    def __post_init__(self) -> None:
        faults = [*self._role_faults(), *self._scope_faults()]
        if faults:
            raise InvalidInput(faults)

    def _role_faults(self) -> Iterable[Fault]:
        unknown = sorted(self.roles - set(ROLES))
        if unknown or not self.roles:
            must = f"have roles out of {', '.join(ROLES)}"
            yield _fault("unknown_role", must, "Choose at least one of them.", "roles", ";".join(unknown) or "none")
        for role in ALONE:
            if role in self.roles and len(self.roles) > 1:
                remedy = "Make a second account for the others."
                yield _fault("role_alone", f"have the role {role} alone", remedy, "roles", ";".join(sorted(self.roles)))

    def _scope_faults(self) -> Iterable[Fault]:
        if "supplier" in self.roles and self.contracts is None:
            yield _fault("no_contracts", "name its contracts", "Name at least one.", "contracts", "none")
        for field, values in (("units", self.units), ("contracts", self.contracts)):
            if values is not None and not all(value.strip() and ";" not in value for value in values):
                yield _fault("bad_scope", "be ids without semicolons", "Correct them.", field, sorted(values))

    def sees_unit(self, unit: str | None) -> bool:
        """Tell whether candidates of a unit may be seen; ``None`` stands for people whom no unit looks after."""
        return self.units is None or unit in self.units

    def sees_person_of(self, unit: str | None) -> bool:
        """Tell whether a unit's candidate may be seen: whoever is limited to contracts alone sees their work, nobody's.

        ``None`` stands for people whom no unit looks after.
        """
        return self.sees_unit(unit) and (self.units is not None or self.contracts is None)

    def sees_contract(self, contract_id: str | None) -> bool:
        """Tell whether a contract and its vacancies may be seen; ``None`` stands for vacancies without a contract."""
        return self.contracts is None or contract_id in self.contracts


def rights_columns(rights: Rights) -> dict[str, str | None]:
    """Return rights as columns; a list is one text, as in the cell of a file."""
    return {"roles": _joined(rights.roles), "units": _joined(rights.units), "contracts": _joined(rights.contracts)}


def rights_of(row: Mapping[str, Any]) -> Rights:
    """Return the rights that `rights_columns` wrote; a row without roles is one of another system."""
    return Rights(
        roles=cast("frozenset[Role]", _split(row.get("roles", "service")) or frozenset()),
        units=_split(row["units"]),
        contracts=_split(row["contracts"]),
    )


def _joined(values: Iterable[str] | None) -> str | None:
    return None if values is None else ";".join(sorted(values))


def _split(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(part for part in text.split(";") if part)


def _fault(code: str, must: str, remedy: str, field: str, value: object) -> Fault:
    return Fault(code=code, must=must, remedy=remedy, table="accounts", field=field, value=value)
