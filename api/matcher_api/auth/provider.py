"""The municipality's own sign-in by OpenID Connect: authorization code with PKCE, and access tokens for the API.

Every token is verified here: signature by a key of the issuer, an algorithm with a private key, issuer, audience, times
and nonce. Nothing else is asked of the provider, and nothing at all unless it is configured.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from matcher_api.settings import Settings

# Signatures that only the bearer of a private key can make: never "none", never one whose key we know too.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
LEEWAY_S = 30
TIMEOUT_S = 10.0
LARGEST_BYTES = 1 << 20
METADATA_FOR_S = 3600.0
KEYS_FOR_S = 600.0
KEYS_AGAIN_S = 30.0  # not sooner: a stranger's tokens must not make us call the provider each time
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ProviderFailure(Exception):
    """The provider cannot be reached, or has answered what cannot be relied on; the message says which."""


class Provider:
    """The provider that the settings name.

    Parameters
    ----------
    settings : Settings
        With an issuer and a client.
    """

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer is not None
        self.issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id or ""
        secret = settings.oidc_client_secret
        self._client_secret = None if secret is None else secret.get_secret_value()
        self._scopes = settings.oidc_scopes
        self._audience = settings.oidc_audience
        self._verify: bool | str = settings.oidc_ca_file or True
        self._lock = threading.Lock()
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def authorization_address(self, *, redirect: str, state: str, nonce: str, code_verifier: str) -> str:
        """Return where the browser is sent to sign in."""
        with self._session(redirect) as session:
            address, _ = session.create_authorization_url(
                self._endpoint("authorization_endpoint"), state=state, nonce=nonce, code_verifier=code_verifier
            )
        return str(address)

    def claims_of_code(self, code: str, *, redirect: str, nonce: str, code_verifier: str) -> Mapping[str, Any]:
        """Exchange a code for an ID token and return its verified claims.

        Raises
        ------
        ProviderFailure
        """
        endpoint = self._endpoint("token_endpoint")
        try:
            with self._session(redirect) as session:
                token = session.fetch_token(
                    endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=code_verifier,
                    timeout=TIMEOUT_S,
                    allow_redirects=False,
                )
        except (OAuthError, requests.RequestException, ValueError) as error:
            raise ProviderFailure(f"code refused ({type(error).__name__})") from None
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise ProviderFailure("no ID token")
        claims = self._verified(id_token, self._client_id, nonce={"essential": True, "value": nonce})
        # With several audiences it must say which of them it was made for (OpenID Connect Core 1.0, section 3.1.3.7).
        if claims.get("azp", self._client_id) != self._client_id:
            raise ProviderFailure("made for another client")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
            raise ProviderFailure("made for several clients")
        return claims

    def claims_of_access_token(self, token: str) -> Mapping[str, Any]:
        """Return the verified claims of an access token that was made for this API; raises `ProviderFailure`."""
        if self._audience is None:
            raise ProviderFailure("no audience is set, so no access token is for us")
        return self._verified(token, self._audience, is_access_token=True)

    def _verified(self, text: str, audience: str, *, is_access_token: bool = False, **more: Any) -> Mapping[str, Any]:
        try:
            token = self._decoded(text)
            kind = str(token.header.get("typ", "JWT")).lower().removeprefix("application/")
            if kind not in (("at+jwt", "jwt") if is_access_token else ("jwt",)):
                raise ProviderFailure(f"a token of type {kind}")
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_S,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": audience},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                **more,
            ).validate(token.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderFailure(f"token refused ({type(error).__name__})") from None
        if not isinstance(token.claims["sub"], str) or not token.claims["sub"]:
            raise ProviderFailure("nobody's token")
        return token.claims

    def _decoded(self, text: str) -> jwt.Token:
        try:
            return jwt.decode(text, self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have a new key since: look once, and not again for a while.
            return jwt.decode(text, self._key_set(max_age_s=KEYS_AGAIN_S), algorithms=ALGORITHMS)

    def _key_set(self, max_age_s: float = KEYS_FOR_S) -> KeySet:
        with self._lock:
            if self._keys is None or time.monotonic() - self._keys[0] > max_age_s:
                found = _document(self._endpoint("jwks_uri"), self._verify)
                try:
                    keys = [key for key in found["keys"] if key.get("kty") != "oct" and key.get("use") != "enc"]
                    self._keys = (time.monotonic(), KeySet.import_key_set({"keys": keys}))
                except (JoseError, ValueError, KeyError, TypeError, AttributeError):
                    raise ProviderFailure("keys that cannot be read") from None
            return self._keys[1]

    def _endpoint(self, name: str) -> str:
        if self._metadata is None or time.monotonic() - self._metadata[0] > METADATA_FOR_S:
            found = _document(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", self._verify)
            if found.get("issuer") != self.issuer:
                raise ProviderFailure("the provider calls itself otherwise")
            self._metadata = (time.monotonic(), found)
        address = self._metadata[1].get(name)
        if not isinstance(address, str) or not is_safe_address(address):
            raise ProviderFailure(f"no safe {name}")
        return address

    def _session(self, redirect: str) -> OAuth2Session:
        session = OAuth2Session(
            self._client_id,
            self._client_secret,
            scope=self._scopes,
            redirect_uri=redirect,
            code_challenge_method="S256",
            token_endpoint_auth_method="none" if self._client_secret is None else "client_secret_basic",
        )
        session.trust_env = False  # no password from a .netrc, no proxy that nobody has set here
        session.verify = self._verify
        session.max_redirects = 0  # codes go to the address that the provider's description names, and no further
        return session


def is_safe_address(address: str) -> bool:
    """Tell whether what is said to an address cannot be read on the way: https, or this machine itself."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def new_random() -> str:
    """Return a text for a state, a nonce or a code verifier: 43 letters, as RFC 7636 wants at least."""
    return secrets.token_urlsafe(32)


def _document(address: str, verify: bool | str) -> Mapping[str, Any]:
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(address, timeout=TIMEOUT_S, allow_redirects=False, stream=True, verify=verify)
            text = b""
            for piece in answer.iter_content(1 << 16):
                text += piece
                if len(text) > LARGEST_BYTES:
                    break
            if answer.status_code != 200 or len(text) > LARGEST_BYTES:
                raise ProviderFailure(f"{answer.status_code} from {address}")
            found = json.loads(text)
    except (requests.RequestException, ValueError) as error:
        raise ProviderFailure(f"no answer from {address} ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise ProviderFailure(f"no document from {address}")
    return found
