"""The commands of `flask --app wsgi …`: each feature's own list, registered in one place."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

# Modules with a list COMMANDS of click commands or groups. A new one is one line here.
MODULES = (
    "app.accounts.commands",
    "app.audit.commands",
    "app.outbox.commands",
    "app.plans.commands",
    "app.reminders.commands",
    "app.scheduler",
    "app.demo.commands",
)


def register(app: Flask) -> None:
    for name in MODULES:
        for command in import_module(name).COMMANDS:
            app.cli.add_command(command)
