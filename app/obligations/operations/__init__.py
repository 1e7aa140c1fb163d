"""The acts on obligations. Each checks its rule, moves, records, tells those concerned; the caller commits."""

from app.obligations.operations.calendar_days import (
    Move,
    add_exception,
    check_exception,
    moves_under,
    remove_exception,
)
from app.obligations.operations.calendar_years import check_year, uncheck_year, warn_of_undecreed
from app.obligations.operations.commenting import comment, edit_comment, withdraw_comment
from app.obligations.operations.departing import Holding, close_and_hand_over, colleagues_of, holdings_of
from app.obligations.operations.extending import ask_extension, decide_extension
from app.obligations.operations.handing_down import hand_down, hand_on, take_back
from app.obligations.operations.leaving import has_head, waits_for_head
from app.obligations.operations.moves import stale
from app.obligations.operations.owing import (
    Owed,
    Turn,
    continued_line,
    keys_handed_on,
    keys_owed,
    owe,
    owe_each,
    owe_many,
)
from app.obligations.operations.parts import (
    ask_parts,
    call_off_part,
    close_over_parts,
    file_part,
    return_part,
)
from app.obligations.operations.presenting import (
    present,
    return_presented,
    send_presented,
    set_head_confirms,
    take_presentation_back,
)
from app.obligations.operations.reviewing import accept, acknowledge, cancel, return_submission, waive
from app.obligations.operations.submitting import MAX_TEXT, hand_in, submit, withdraw
from app.obligations.operations.succeeding import hand_over, hand_over_ended, owes_the_same
from app.obligations.operations.suspending import (
    newest_suspension,
    offered_day,
    resume,
    start,
    suspend,
)
from app.obligations.operations.taking_over import give_back, reschedule, revive, take_over

__all__ = [
    "MAX_TEXT",
    "Holding",
    "Move",
    "Owed",
    "Turn",
    "accept",
    "acknowledge",
    "add_exception",
    "ask_extension",
    "ask_parts",
    "call_off_part",
    "cancel",
    "check_exception",
    "check_year",
    "close_and_hand_over",
    "close_over_parts",
    "colleagues_of",
    "comment",
    "continued_line",
    "decide_extension",
    "edit_comment",
    "file_part",
    "give_back",
    "hand_down",
    "hand_in",
    "hand_on",
    "hand_over",
    "hand_over_ended",
    "has_head",
    "holdings_of",
    "keys_handed_on",
    "keys_owed",
    "moves_under",
    "newest_suspension",
    "offered_day",
    "owe",
    "owe_each",
    "owe_many",
    "owes_the_same",
    "present",
    "remove_exception",
    "reschedule",
    "resume",
    "return_part",
    "return_presented",
    "return_submission",
    "revive",
    "send_presented",
    "set_head_confirms",
    "stale",
    "start",
    "submit",
    "suspend",
    "take_back",
    "take_over",
    "take_presentation_back",
    "uncheck_year",
    "waits_for_head",
    "waive",
    "warn_of_undecreed",
    "withdraw",
    "withdraw_comment",
]
