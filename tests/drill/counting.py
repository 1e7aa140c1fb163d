"""What became of every obligation's reminder: lost, said once, said twice and why. And the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.outbox.models import Message, MessageState
from app.reminders.models import Reminder, ReminderState
from tests.drill.place import Place
from tests.smtp import MailServer

REFUSED = "550 5.1.1 refused by the drill"


@dataclass(frozen=True)
class Tally:
    """`expected`: pairs of an obligation and a person who is to hear of it. `lost`: those who heard nothing, and mails
    that are recorded as sent and never arrived. `in_window`: copies of a mail whose worker was killed between the
    server's 250 and the commit. `other_copies`: every other copy. `given_up`: refused by the server for good, with
    its reason on the mail."""

    scene: str
    engine: str
    expected: int
    mails: int
    lost: int
    in_window: int
    other_copies: int
    given_up: int
    done: str = ""  # what was done to it: "200 kills"
    seconds: float = 0.0

    @property
    def held(self) -> bool:
        return self.lost == 0 and self.other_copies == 0


def count(scene: str, place: Place, server: MailServer, *, kills: int = 0) -> Tally:
    taken = Counter(server.message_ids())
    with place.reading():
        rows = db.session.execute(
            sa.select(Message.id, Message.message_id, Message.state, Message.error)
        ).all()
        pairs = db.session.execute(
            sa.select(Reminder.obligation_id, Reminder.user_id, Reminder.message_id).where(
                Reminder.state == ReminderState.POSTED
            )
        ).all()
    said, refused, lost = set(), set(), 0
    for row in rows:
        if row.state is MessageState.SENT and taken[row.message_id]:
            said.add(row.id)
        elif row.state is MessageState.GIVEN_UP and row.error == REFUSED:
            refused.add(row.id)
        elif row.state is not MessageState.SUPERSEDED:
            lost += 1
    heard = {(obligation, user) for obligation, user, mail in pairs if mail in said | refused}
    in_window, other = _copies(taken, server, kills)
    return Tally(
        scene,
        place.engine,
        len(place.expected),
        len(said),
        lost + len(place.expected - heard),
        in_window,
        other,
        len(refused),
    )


def _copies(taken: Counter[str], server: MailServer, kills: int) -> tuple[int, int]:
    """A killed worker's connection ends with the mail that it could not record: only the last mail of a connection
    can be in the window, and without a kill nothing is."""
    last = Counter(ids[-1] for ids in server.by_connection.values())
    in_window = other = 0
    for message_id, times in taken.items():
        excused = min(times - 1, last[message_id]) if kills else 0
        in_window += excused
        other += times - 1 - excused
    return in_window, other


_TITLES = (
    "scene", "database", "reminders", "mails", "lost", "copies in the window", "other copies", "given up visibly",
    "done", "seconds",
)  # fmt: skip


def table(tallies: Iterable[Tally]) -> str:
    """As Markdown, which is as good to read in a terminal."""
    lines = [_TITLES, *(_cells(tally) for tally in tallies)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([rows[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *rows[1:]])


def _cells(t: Tally) -> tuple[str, ...]:
    numbers = (t.expected, t.mails, t.lost, t.in_window, t.other_copies, t.given_up)
    return (t.scene, t.engine, *(f"{n:,}" for n in numbers), t.done, f"{t.seconds:.0f}")
