"""How people sign in at this installation: with a password kept here, through the office's own system, or both."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app

from app.accounts.models import Role, User
from app.i18n import _l

METHODS = ("password", "oidc", "both")


def has_password() -> bool:
    return current_app.config["SIGN_IN_METHODS"] != "oidc"


def has_oidc() -> bool:
    return current_app.config["SIGN_IN_METHODS"] != "password"


def why_no_password() -> Any:
    return _l(
        "Hệ thống này không dùng mật khẩu: đăng nhập bằng %(label)s.", label=current_app.config["OIDC_LABEL"]
    )


def may_use_link(user: User) -> bool:
    """A one-time link in hand lets in; without passwords only an administrator, with one from `flask accounts link`:
    the way in when the office's own system does not answer."""
    return has_password() or user.role is Role.ADMINISTRATOR


def check_settings(app: Flask) -> None:
    """Raises:
    SystemExit: a setting is missing or written wrong, with its name.
    """
    config = app.config
    if config["SIGN_IN_METHODS"] not in METHODS:
        raise SystemExit(f"SIGN_IN_METHODS must be one of {', '.join(METHODS)}.")
    if config["SIGN_IN_METHODS"] == "password":
        return
    for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID"):
        if not config[name]:
            raise SystemExit(f"SIGN_IN_METHODS={config['SIGN_IN_METHODS']} needs {name}.")
    issuer = urlsplit(config["OIDC_ISSUER"])
    if issuer.scheme != "https" and not _is_loopback(issuer.hostname or ""):
        raise SystemExit("OIDC_ISSUER must begin with https://.")
    if "openid" not in config["OIDC_SCOPES"].split():
        raise SystemExit("OIDC_SCOPES must hold openid.")
    roles = {role.value for role in Role}
    if wrong := [pair for pair in config["OIDC_ROLE_MAP"] if pair.partition("=")[2].strip() not in roles]:
        raise SystemExit(f"OIDC_ROLE_MAP: no role is called as in {', '.join(wrong)}.")
    if config["OIDC_CREATE_ACCOUNTS"] and not (config["OIDC_ROLE_CLAIM"] and config["OIDC_AGENCY_CLAIM"]):
        raise SystemExit("OIDC_CREATE_ACCOUNTS needs OIDC_ROLE_CLAIM and OIDC_AGENCY_CLAIM.")


def _is_loopback(host: str) -> bool:
    """A provider that one tries out on the same machine may do without TLS."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
