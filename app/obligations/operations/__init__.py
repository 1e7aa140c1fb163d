"""The acts on obligations. Each checks its rule, moves, records, tells those concerned; the caller commits."""

from app.obligations.operations.calendar_days import (
    Move,
    add_exception,
    check_exception,
    moves_under,
    remove_exception,
)
from app.obligations.operations.extending import ask_extension, decide_extension
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
from app.obligations.operations.reviewing import accept, acknowledge, cancel, return_submission, waive
from app.obligations.operations.submitting import MAX_TEXT, hand_in, submit, withdraw
from app.obligations.operations.succeeding import hand_over, hand_over_ended, owes_the_same
from app.obligations.operations.taking_over import give_back, revive, take_over

__all__ = [
    "MAX_TEXT",
    "Move",
    "Owed",
    "Turn",
    "accept",
    "acknowledge",
    "add_exception",
    "ask_extension",
    "cancel",
    "check_exception",
    "continued_line",
    "decide_extension",
    "give_back",
    "hand_in",
    "hand_over",
    "hand_over_ended",
    "keys_handed_on",
    "keys_owed",
    "moves_under",
    "owe",
    "owe_each",
    "owe_many",
    "owes_the_same",
    "remove_exception",
    "return_submission",
    "revive",
    "stale",
    "submit",
    "take_over",
    "waive",
    "withdraw",
]
