"""What the provider says about somebody, read as rights of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from matcher.errors import InvalidInput
from matcher.personal_numbers import has_personal_number
from matcher.store import Rights, Role
from matcher_api.settings import Settings


class NoRights(Exception):
    """The provider knows the person and gives no role here, or rights that make no sense; the message says which."""


def rights_of_claims(claims: Mapping[str, Any], settings: Settings, *, is_person: bool) -> Rights:
    """Return the rights that claims give.

    Where a claim is set to limit somebody to units or contracts and is not there, nothing of that kind is theirs.

    Parameters
    ----------
    claims : mapping
        Verified.
    settings : Settings
    is_person : bool
        Nobody signs in on pages with a role of other systems.

    Raises
    ------
    NoRights
    """
    values = texts_at(claims, settings.oidc_role_claim)
    roles: set[Role] = {settings.oidc_roles[value] for value in values if value in settings.oidc_roles}
    if is_person:
        roles.discard("service")
    try:
        return Rights(
            roles=frozenset(roles),
            units=_limits(claims, settings.oidc_unit_claim),
            contracts=_limits(claims, settings.oidc_contract_claim),
        )
    except InvalidInput as error:
        raise NoRights("; ".join(fault.code for fault in error.faults)) from None


def name_of_claims(claims: Mapping[str, Any]) -> str:
    """Return what somebody is called: no personal number, though a provider may call people by theirs."""
    for claim in ("name", "preferred_username", "email", "sub"):
        value = claims.get(claim)
        if isinstance(value, str) and value.strip() and not has_personal_number(value):
            return value
    return ""


def texts_at(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    """Return the texts of a claim; a dot leads into an object, as in ``realm_access.roles``."""
    found: Any = claims
    for step in [path] if path in claims else path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return frozenset(found.split())
    if isinstance(found, Iterable) and not isinstance(found, Mapping):
        return frozenset(value for value in found if isinstance(value, str))
    return frozenset()


def _limits(claims: Mapping[str, Any], path: str | None) -> frozenset[str] | None:
    return None if path is None else texts_at(claims, path)
