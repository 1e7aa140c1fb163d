"""Acts on plans: taking a document in, reviewing what was read, confirming it and taking that back."""

from app.plans.operations.closing import OpenWork, close, open_work
from app.plans.operations.confirming import confirm, reopen
from app.plans.operations.dividing import can_undo, merge_drafts, same_body, split_draft, undo_division
from app.plans.operations.duties import merge_duties, split_duty
from app.plans.operations.heading import change_head, drop_plan
from app.plans.operations.intake import AlreadyThere, import_file, upload
from app.plans.operations.reviewing import (
    accept_clear,
    add_draft,
    add_missing_body,
    change_draft,
    choose_body,
    decide_draft,
)
from app.plans.operations.settling import choose_continued, set_ends
from app.plans.operations.waiting import AlreadyWaiting, receive, retry, why_not_retry, withdraw

__all__ = [
    "AlreadyThere",
    "AlreadyWaiting",
    "OpenWork",
    "accept_clear",
    "add_draft",
    "add_missing_body",
    "can_undo",
    "change_draft",
    "change_head",
    "choose_body",
    "choose_continued",
    "close",
    "confirm",
    "decide_draft",
    "drop_plan",
    "import_file",
    "merge_drafts",
    "merge_duties",
    "open_work",
    "receive",
    "reopen",
    "retry",
    "same_body",
    "set_ends",
    "split_draft",
    "split_duty",
    "undo_division",
    "upload",
    "why_not_retry",
    "withdraw",
]
