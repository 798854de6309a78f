"""A sign-in provider on this machine: OpenID Connect as RFC 6749, 7636, 9207 and OpenID Connect Core 1.0 have it.

It keeps to the rules on its side too: a code serves once, for the client and the address it was given to, and only with
the verifier that fits the challenge. `spoil` lets single tokens be wrong in one way each.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET, AUDIENCE = "matcher", "s3cret", "matcher-api"
Spoil = Callable[[dict[str, Any], dict[str, Any]], str | None]


class Provider:
    """One provider with one client."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.person: dict[str, Any] = {"sub": "7", "name": "Åsa Lind", "roles": ["Matchare"]}
        self.spoil: Spoil | None = None
        self.asked: dict[str, str] = {}
        self.num_key_reads = 0
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            """Answers over HTTP."""

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/.well-known/openid-configuration":
                    self._send(200, provider.metadata())
                elif parts.path == "/keys":
                    provider.num_key_reads += 1
                    self._send(200, KeySet([provider.key]).as_dict(private=False))
                elif parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(query))
                    self.end_headers()
                else:
                    self._send(404, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                answer = provider.exchange(form, self.headers.get("authorization", ""))
                self._send(400 if "error" in answer else 200, answer)

            def _send(self, status: int, document: dict[str, Any]) -> None:
                text = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser goes once the person has signed in, which in tests takes no time."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        self.asked = query
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        """Return the tokens for a code."""
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            return {"error": "invalid_client"}
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or form["grant_type"] != "authorization_code"
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return {"error": "invalid_grant"}
        id_token = self.token(aud=CLIENT_ID, nonce=asked["nonce"])
        return {
            "access_token": self.token(aud=AUDIENCE),
            "id_token": id_token,
            "token_type": "Bearer",
            "expires_in": 60,
        }

    def token(self, **more: Any) -> str:
        """Return a signed token about the person."""
        now = int(time.time())
        header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        claims: dict[str, Any] = {"iss": self.issuer, "iat": now, "exp": now + 60, **self.person, **more}
        spoilt = self.spoil(header, claims) if self.spoil is not None else None
        return spoilt if spoilt is not None else jwt.encode(header, claims, self.key)


@contextmanager
def provider_running() -> Iterator[Provider]:
    """Give a provider that answers until the block ends."""
    provider = Provider()
    try:
        yield provider
    finally:
        provider.close()
