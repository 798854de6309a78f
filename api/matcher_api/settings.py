"""What an installation may set, each by an environment variable that begins with MATCHER_."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matcher.store import MasterKeys, Rights, Role, keys_from

SupplierField = Literal["start_date", "extent_percent", "caseworker", "name", "phone", "email"]


class Settings(BaseSettings):
    """The settings of one process, read from the environment and checked when it starts.

    Parameters
    ----------
    max_body_mb : int
        Largest request that is read; a larger one is refused before it has been received.
    max_rows : int
        Most rows of one table of a problem sent to be solved.
    solve_time_limit_s : float
        Longest that one request may solve; a request may ask for less.
    solve_memory_limit_mb : int
        Memory of the process at which a solve ends with its best plan.
    solve_slots : int
        Solves at the same time; more are asked to come back.
    rate_per_minute : int
        Requests from one address in a minute; more are refused.
    database : str or None
        Address of the database; without one there is an invented city in a file of its own.
    worker : bool
        Whether a worker runs in this process; with SQLite nobody else can.
    clause_goal_percent : int
        Share of service procurements that are to have a clause about employment; 50 is Göteborg's goal.
    public_address : str or None
        What people type, for links and cookies where a proxy stands before the service: ``https://matcher.example``.
    session_hours, session_idle_minutes : int
        How long somebody stays signed in at most, and without doing anything.
    second_factor_roles : tuple of str or None
        Whose local accounts need a second factor to be used; JSON. Everybody's unless set, and nobody's in the invented
        city.
    accept_together : int
        Most proposals that a person may accept from one page.
    supplier_fields : tuple of str
        What contacts at suppliers see of people who were accepted, beside pseudonym and vacancy; JSON. Of the vault's
        ``name``, ``phone`` and ``email`` each look is logged.
    controller, officer : str or None
        Who is responsible, and the data protection officer with an address, for the documents that law asks for.
    identity_key_file, identity_keys : str or None
        The keys of the vault of identities: a file of its owner's alone, or the keys themselves.
    oidc_issuer, oidc_client_id, oidc_client_secret : str or None
        The sign-in provider (OpenID Connect) and what this service is called there.
    oidc_scopes : str
        What is asked of the provider.
    oidc_roles : mapping of str to str
        What the provider calls a role, and which of ours that is; JSON.
    oidc_role_claim : str
        Where roles stand; a dot leads into an object.
    oidc_unit_claim, oidc_contract_claim : str or None
        Where the units and contracts stand to which somebody is limited; nobody is unless set.
    oidc_audience : str or None
        What access tokens for this API are made for; none are accepted unless set.
    oidc_ca_file : str or None
        Certificates by which the provider is known, where the system does not know it.
    """

    model_config = SettingsConfigDict(env_prefix="MATCHER_", frozen=True, hide_input_in_errors=True)

    max_body_mb: Annotated[int, Field(ge=1, le=1024)] = 64
    max_rows: Annotated[int, Field(ge=1)] = 50_000
    solve_time_limit_s: Annotated[float, Field(gt=0)] = 60.0
    solve_memory_limit_mb: Annotated[int, Field(ge=256)] = 4096
    solve_slots: Annotated[int, Field(ge=1)] = 2
    rate_per_minute: Annotated[int, Field(ge=1)] = 6000
    database: str | None = None
    worker: bool = True
    clause_goal_percent: Annotated[int, Field(ge=0, le=100)] = 50
    public_address: Annotated[str | None, Field(pattern=r"^https?://[^/?#@\s]+$")] = None
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    session_idle_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    second_factor_roles: tuple[Role, ...] | None = None
    accept_together: Annotated[int, Field(ge=1, le=25)] = 10
    supplier_fields: tuple[SupplierField, ...] = ("start_date",)
    controller: str | None = None
    officer: str | None = None
    identity_key_file: str | None = None
    identity_keys: SecretStr | None = None
    oidc_issuer: Annotated[str | None, Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)(:\d+)?(/|$))")] = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_scopes: str = "openid profile"
    oidc_roles: dict[str, Role] = Field(default_factory=dict)
    oidc_role_claim: str = "roles"
    oidc_unit_claim: str | None = None
    oidc_contract_claim: str | None = None
    oidc_audience: str | None = None
    oidc_ca_file: str | None = None

    def vault_keys(self) -> MasterKeys | None:
        """Return the keys of the vault; ``None`` where there are none. Raises `StoreFailure`."""
        given = None if self.identity_keys is None else self.identity_keys.get_secret_value()
        named = {"MATCHER_IDENTITY_KEYS": given, "MATCHER_IDENTITY_KEY_FILE": self.identity_key_file}
        return keys_from({name: value for name, value in named.items() if value})

    def needs_second_factor(self, rights: Rights) -> bool:
        """Tell whether a local account with these rights is of use only with a second factor."""
        if self.second_factor_roles is None:
            return self.database is not None
        return bool(rights.roles & frozenset(self.second_factor_roles))

    @model_validator(mode="after")
    def _describes_the_provider(self) -> Self:
        if self.oidc_issuer is not None:
            if not self.oidc_client_id or not self.oidc_roles:
                raise ValueError("MATCHER_OIDC_ISSUER needs MATCHER_OIDC_CLIENT_ID and MATCHER_OIDC_ROLES")
            if self.oidc_audience == self.oidc_client_id:
                raise ValueError(
                    "MATCHER_OIDC_AUDIENCE must differ from the client, whose ID tokens would pass for access tokens"
                )
        return self
