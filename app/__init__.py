"""Đúng Hạn: the application factory. Settings, then extensions, features, the frame of every page, commands.

Nothing of the framework is imported before `create_app` is called: the libraries below (`app.deadlines`,
`app.planreader`, `app.documents`) are used in worker processes of their own, which must start fast and small.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

# Each module has a blueprint `bp`. A new feature is one line here.
FEATURES = (
    "app.health",
    "app.accounts.views",
    "app.api.token_views",
    "app.api.v1",
    "app.assignments.views",
    "app.emulation.views",
    "app.feeds.views",
    "app.obligations.views",
    "app.organisations.views",
    "app.outbox.views",
    "app.oversight.views",
    "app.oversight.search_views",
    "app.plans.views",
    "app.reminders.views",
    "app.schedules.views",
    "app.reorganisations.views",
)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the application from the environment; `settings` (tests, commands) go over it."""
    from flask import Flask

    import config
    from app import cli, extensions, frame, logs, pace, tables  # noqa: F401  (tables: so that migrations see them all)
    from app.i18n import select_language

    values = {**config.load(), **(settings or {})}
    app = Flask(__name__, instance_path=values["INSTANCE_PATH"])
    app.config.update(values)
    logs.configure(app)
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db)
    extensions.login.init_app(app)
    extensions.csrf.init_app(app)
    extensions.babel.init_app(app, locale_selector=select_language)
    extensions.mail.init_app(app)
    extensions.limiter.init_app(app)
    for name in FEATURES:
        app.register_blueprint(import_module(name).bp)
    frame.init_app(app)
    pace.init_app(app)
    cli.register(app)
    return app
