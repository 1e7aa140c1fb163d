"""What happens to the directory."""

from app.organisations.operations.agencies import add_agency, change_agency
from app.organisations.operations.groups import (
    add_group,
    add_member,
    add_rule,
    end_membership,
    end_rule,
    rename_group,
    set_end,
)
from app.organisations.operations.names import add_alias, remove_alias
from app.organisations.operations.succession import record_succession

__all__ = [
    "add_agency",
    "add_alias",
    "add_group",
    "add_member",
    "add_rule",
    "change_agency",
    "end_membership",
    "end_rule",
    "record_succession",
    "remove_alias",
    "rename_group",
    "set_end",
]
