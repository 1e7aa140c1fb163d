"""The office's own sign-in system: an OpenID provider, asked through Authlib.

Authorization code with PKCE, state and nonce; ID tokens are verified with the provider's published keys. What goes
wrong is logged by its kind alone: never a token, a code or an address with one.
"""

from __future__ import annotations

import logging
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, current_app
from joserfc.errors import JoseError

log = logging.getLogger("dunghan.accounts")

_SECONDS = 10  # that an answer of the provider may take
# Signatures with the provider's private key. Never one that whoever knows our secret, or nobody, could make.
_SIGNED_WITH = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_NAME = "oidc"


class ProviderAway(Exception):
    """The provider does not answer, or not as one."""


class ProviderRefused(Exception):
    """The answer cannot be trusted, or the provider says no. `error` is its kind, for the log and for nobody else."""

    def __init__(self, error: str):
        self.error = error
        super().__init__(error)


def init_app(app: Flask) -> None:
    config = app.config
    if config["SIGN_IN_METHODS"] == "password":
        return
    OAuth(app).register(
        _NAME,
        client_id=config["OIDC_CLIENT_ID"],
        client_secret=config["OIDC_CLIENT_SECRET"],
        server_metadata_url=f"{config['OIDC_ISSUER']}/.well-known/openid-configuration",
        client_kwargs={
            "scope": config["OIDC_SCOPES"],
            "code_challenge_method": "S256",
            "default_timeout": _SECONDS,
            # A public client names itself in the form.
            **({} if config["OIDC_CLIENT_SECRET"] else {"token_endpoint_auth_method": "none"}),
        },
    )


def begin(back: str, *, again: bool) -> tuple[str, str]:
    """The page of the provider on which the person signs in, and the state that its answer must carry.

    `again`: the person proves anew who they are, even where the provider still knows them.

    Raises:
        ProviderAway: the provider's own description cannot be had.
    """
    extra = {"prompt": "login", "max_age": 0} if again else {}
    client = _client()
    begun = client.create_authorization_url(back, **extra)
    client.save_authorize_data(redirect_uri=back, **begun)
    return begun["url"], begun["state"]


def finish() -> dict[str, Any]:
    """What the verified ID token says of the person: the claims. The answer of the provider is the present request.

    Raises:
        ProviderAway: it does not answer.
        ProviderRefused: it says no, or its token is not to be trusted.
    """
    try:
        claims = _client().authorize_access_token().get("userinfo")
    except requests.RequestException as fault:
        raise _away(fault) from None
    except (AuthlibBaseError, JoseError, ValueError, KeyError) as fault:
        kind = getattr(fault, "error", "") or type(fault).__name__
        log.warning("sign-in system: its answer was refused: %s", kind)
        raise ProviderRefused(kind) from None
    if not claims or not claims.get("sub"):
        raise ProviderRefused("no_id_token")
    return dict(claims)


def logout_page(back: str) -> str | None:
    """Where the person also leaves the provider, if it has such a page. Asks for nothing that is not known yet."""
    try:
        address = _client().load_server_metadata().get("end_session_endpoint")
        if not address:
            return None
        made: dict[str, str] = _client().create_logout_url(
            back, client_id=current_app.config["OIDC_CLIENT_ID"]
        )
        return made["url"]
    except ProviderAway:
        return None


def _client() -> FlaskOAuth2App:
    client = current_app.extensions["authlib.integrations.flask_client"].create_client(_NAME)
    try:
        said = client.load_server_metadata()
    except (requests.RequestException, ValueError) as fault:
        raise _away(fault) from None
    # Another's description must not send people to another's pages (OpenID Connect Discovery 4.3).
    if str(said.get("issuer", "")).rstrip("/") != current_app.config["OIDC_ISSUER"]:
        client.server_metadata.pop("_loaded_at", None)
        raise _away(ValueError("another issuer"))
    offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    client.server_metadata["id_token_signing_alg_values_supported"] = sorted(_SIGNED_WITH & set(offered))
    return client


def _away(fault: Exception) -> ProviderAway:
    log.error("sign-in system: no answer: %s", type(fault).__name__)
    return ProviderAway()
