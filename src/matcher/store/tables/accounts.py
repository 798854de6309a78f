"""The tables of who may do what: accounts, invitations, sessions, tokens of other systems, attempts to sign in.

Of passwords, links, sessions, tokens and recovery codes the hashes alone stand in them. The one secret that must be
read again, an app's for second factors, is sealed where there is a key for that.
"""

from __future__ import annotations

import sqlalchemy as sa

from matcher.store.tables.problem import metadata
from matcher.store.tables.types import ROW_NUMBER, Instant

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("account_id", ROW_NUMBER, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False, unique=True),  # the name as it is looked up, without capitals
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("units", sa.Text, nullable=True),  # whose candidates may be seen; empty: every unit's
    sa.Column("contracts", sa.Text, nullable=True),  # whose vacancies may be seen; empty: every contract's
    sa.Column("password_hash", sa.Text, nullable=True),  # empty: signs in by the provider alone
    sa.Column("issuer", sa.Text, nullable=True),
    sa.Column("subject", sa.Text, nullable=True),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("disabled_at", Instant, nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
)

# A link that works once: it makes an account, or gives an account that is there a new password.
invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("invitation_id", ROW_NUMBER, primary_key=True),
    sa.Column("code_hash", sa.Text, nullable=False, unique=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.account_id"), nullable=True),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("units", sa.Text, nullable=True),
    sa.Column("contracts", sa.Text, nullable=True),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant, nullable=True),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("session_id", ROW_NUMBER, primary_key=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.account_id"), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index("ix_sessions_account_id", "account_id"),
)

# What an app counts the time with; it counts as a second factor once a code of it has been given.
second_factors = sa.Table(
    "second_factors",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.account_id"), primary_key=True, autoincrement=False),
    sa.Column("key_id", sa.Text, nullable=True),  # which key of the vault seals it; empty: none was at hand
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("confirmed_at", Instant, nullable=True),
    sa.Column("last_step", sa.BigInteger, nullable=False, server_default="0"),  # no code of it or before serves again
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.account_id"), nullable=False),
    sa.Index("ix_recovery_codes_account_id", "account_id"),
)

# Whoever has given a password, or used a link, and is asked for the second factor.
half_sign_ins = sa.Table(
    "half_sign_ins",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.account_id"), nullable=False),
    sa.Column("means", sa.Text, nullable=False),
    sa.Column("back", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)

service_tokens = sa.Table(
    "service_tokens",
    metadata,
    sa.Column("token_id", ROW_NUMBER, primary_key=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("units", sa.Text, nullable=True),
    sa.Column("contracts", sa.Text, nullable=True),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant, nullable=True),
)

# How often something has failed under a key, until it succeeds or is forgotten; keys are hashes of names and addresses.
attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("attempt_key", sa.Text, primary_key=True),
    sa.Column("num_tries", sa.BigInteger, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
)

# A sign-in by the provider that has begun: what the answer must fit. Each serves once.
provider_flows = sa.Table(
    "provider_flows",
    metadata,
    sa.Column("state_hash", sa.Text, primary_key=True),
    sa.Column("browser_hash", sa.Text, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("code_verifier", sa.Text, nullable=False),
    sa.Column("back", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)
