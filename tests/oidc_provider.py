"""An OpenID provider on loopback, over real HTTP: discovery, published keys, a sign-in page, code with PKCE, ID tokens
signed with RS256. Made with the server side of Authlib; `fault` makes it answer wrongly in one way."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, jsonify, request
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, SECRET = "dung-han", "provider secret"
_KEY_ID = "key-1"


@dataclass
class Client:
    client_id: str = CLIENT_ID
    scopes: str = "openid email profile"

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(word for word in scope.split() if word in self.scopes.split())

    def check_redirect_uri(self, address: str) -> bool:
        return address.endswith("/account/oidc/answer")

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


@dataclass
class Code:
    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    user: dict[str, Any]
    code_challenge: str | None
    code_challenge_method: str | None
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None

    def is_expired(self) -> bool:
        return time.time() > self.auth_time + 60


class Provider:
    """`people`: by the name typed on the sign-in page, the claims about them. `fault`: "", "nonce", "expired",
    "signature", "issuer", "audience", "stale" (an old proof when a new one was asked for)."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.fault = ""
        self.asked: list[dict[str, str]] = []
        self.codes: dict[str, Code] = {}
        self._key = RSAKey.generate_key(2048, {"kid": _KEY_ID, "use": "sig", "alg": "RS256"}, private=True)
        self._strange = RSAKey.generate_key(2048, {"kid": _KEY_ID}, private=True)  # with the same name
        self.address = ""
        self.app = self._make()

    @property
    def signing_key(self) -> RSAKey:
        return self._strange if self.fault == "signature" else self._key

    def _make(self) -> Flask:
        app = Flask("provider")
        server = AuthorizationServer(
            app,
            query_client=lambda name: Client() if name == CLIENT_ID else None,
            save_token=lambda _token, _request: None,
        )
        provider = self

        class WithCode(grants.AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

            def save_authorization_code(self, code: str, request: Any) -> None:
                data = request.payload.data
                provider.codes[code] = Code(
                    code, data["redirect_uri"], data["scope"], data.get("nonce"), request.user,
                    data.get("code_challenge"), data.get("code_challenge_method"),
                )  # fmt: skip

            def query_authorization_code(self, code: str, client: Client) -> Code | None:
                return provider.codes.get(code)

            def delete_authorization_code(self, code: Code) -> None:
                provider.codes.pop(code.code)

            def authenticate_user(self, code: Code) -> dict[str, Any]:
                return code.user

        class Tokens(OpenIDCode):
            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return any(code.nonce == nonce for code in provider.codes.values())

            def resolve_client_private_key(self, client: Client) -> RSAKey:
                return provider.signing_key

            def get_encode_header(self, client: Client) -> dict[str, str]:
                return {"alg": "RS256", "kid": _KEY_ID}

            def get_client_claims(self, client: Client) -> dict[str, Any]:
                now, fault = int(time.time()), provider.fault
                return {
                    "iss": "https://elsewhere.example" if fault == "issuer" else provider.address,
                    "aud": ["somebody-else" if fault == "audience" else CLIENT_ID],
                    "iat": now - 7200 if fault == "expired" else now,
                    "exp": now - 3600 if fault == "expired" else now + 300,
                }

            def get_authorization_code_claims(self, authorization_code: Any) -> dict[str, Any]:
                claims = super().get_authorization_code_claims(authorization_code)
                if provider.fault == "nonce":
                    claims["nonce"] = "of somebody else"
                if provider.fault == "stale":
                    claims["auth_time"] = int(time.time()) - 3600
                return claims

            def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
                return UserInfo(**user)

        server.register_grant(WithCode, [Tokens(require_nonce=True), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def description() -> Any:
            base = provider.address
            return jsonify(
                issuer=base, authorization_endpoint=f"{base}/authorize", token_endpoint=f"{base}/token",
                jwks_uri=f"{base}/keys", end_session_endpoint=f"{base}/logout",
                response_types_supported=["code"], subject_types_supported=["public"],
                id_token_signing_alg_values_supported=["RS256", "HS256", "none"],
            )  # fmt: skip

        @app.get("/keys")
        def keys() -> Any:
            return jsonify(KeySet([provider._key]).as_dict(private=False))

        @app.route("/authorize", methods=["GET", "POST"])
        def authorize() -> Any:
            person = provider.people.get(request.form.get("who", ""))
            grant = server.get_consent_grant(end_user=person)
            if request.method == "GET":
                provider.asked.append(request.args.to_dict())
                return (
                    "<h1>Sign-in system</h1><form method=post><input name=who><button>Sign in</button></form>"
                )
            return server.create_authorization_response(grant_user=person, grant=grant)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        @app.get("/logout")
        def logout() -> str:
            return "Signed out of the sign-in system"

        return app


@contextmanager
def serve() -> Iterator[Provider]:
    """The provider at an address of its own, http on loopback."""
    former = os.environ.get("AUTHLIB_INSECURE_TRANSPORT")
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider.app, threaded=True)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
        if former is None:
            del os.environ["AUTHLIB_INSECURE_TRANSPORT"]
        else:
            os.environ["AUTHLIB_INSECURE_TRANSPORT"] = former
