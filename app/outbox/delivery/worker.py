"""One delivery worker: its connection to a mail server, and the few mails that it has in hand."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.outbox import backoff, domains, outcomes, servers
from app.outbox.addresses import note_bounce, suspended_addresses
from app.outbox.claims import Claim, claim, release
from app.outbox.delivery.words import rendered
from app.outbox.mime import Unsendable, compose
from app.outbox.models import Bounce
from app.outbox.outcomes import Outcome
from app.outbox.transports import DeliveryError, FolderTransport, SmtpTransport, Transport

if TYPE_CHECKING:
    from app.outbox.delivery.run import Run

log = logging.getLogger("dunghan.delivery")

# As many mails are claimed at once as were sent in about this time: words are not put on paper long before they go,
# and at the end of the queue no worker has much while others have nothing.
_SECONDS_IN_HAND = 1.0
_FIRST, _MOST = 10, 100
# The record of a taken mail is tried again while the database is away: these waits, then the last one again and
# again, until the worker is told to stop.
_WAITS_FOR_DATABASE = (0.2, 0.5, 1, 2, 4, 8, *[15] * 20)


class Worker:
    def __init__(self, name: str, run: Run, stack: contextlib.ExitStack, transport: Transport | None) -> None:
        self.name, self.run, self._stack = name, run, stack
        self._fixed = transport
        self._ways: dict[str, Transport] = {}
        self._unreachable: set[str] = set()  # servers that this worker has tried in vain
        self._said_away: set[str] = set()  # servers that are noted as away
        self._size = _FIRST
        self._connection: sa.Connection | None = None

    def work(self) -> None:
        """Claim, put into words, send and record until nothing is due."""
        while not self.run.is_over and (way := self._way_out()) is not None:
            if not (size := self._room(way)):
                return
            now = self.run.now_fn()
            with self.run.writing():
                mine = claim(now, self.name, size)
                db.session.commit()
            self._leave_room(way, size - len(mine))
            if not mine:
                return
            started = time.perf_counter()
            ready = self._in_words(mine)
            self._send_all(ready, way)
            each = (time.perf_counter() - started) / len(mine)
            self._size = max(1, min(_MOST, self._size * 4, round(_SECONDS_IN_HAND / max(each, 1e-6))))
            if self.run.should_stop():
                return

    # -- how many, and where to ----------------------------------------------------------------------------------

    def _way_out(self) -> Transport | None:
        """The first server that can be reached, as far as anybody knows; a folder where no server is set."""
        if self._fixed is not None:
            return self._open("fixed", lambda: self._fixed)  # type: ignore[arg-type, return-value]
        known = servers.servers()
        if not known:
            return self._open("", lambda: FolderTransport(Path(current_app.config["MAIL_FOLDER"])))
        if len(known) > 1 or not self._ways:
            self._said_away = {name for name, state in servers.states().items() if state.away_since}
            known = servers.to_ask(self.run.now_fn(), known)
            db.session.commit()
        server = next((server for server in known if server.name not in self._unreachable), None)
        return server and self._open(server.name, lambda: SmtpTransport(server))

    def _open(self, name: str, make: Callable[[], Transport]) -> Transport:
        if name not in self._ways:
            self._ways[name] = self._stack.enter_context(make())
        return self._ways[name]

    def _room(self, way: Transport) -> int:
        """How many mails may be taken in hand: under the limit of the run, and of the server for this minute."""
        size = self.run.reserve(self._size)
        if size and isinstance(way, SmtpTransport):
            with self.run.writing():
                granted = servers.take(way.server, size, self.run.now_fn())
                db.session.commit()
            self.run.give_back(size - granted)
            return granted
        return size

    def _leave_room(self, way: Transport, unused: int) -> None:
        self.run.give_back(unused)
        if unused and isinstance(way, SmtpTransport):
            with self.run.writing():
                servers.give_back(way.server, unused, self.run.now_fn())
                db.session.commit()

    # -- in words ------------------------------------------------------------------------------------------------

    def _in_words(self, mine: Sequence[Claim]) -> list[Claim]:
        """Those that are to be sent, with their words; the others are recorded. Ends the transaction."""
        now, decided, ready = self.run.now_fn(), [], []
        suspended = suspended_addresses(one.recipient for one in mine)
        paused = domains.pauses(now)
        to_go = []
        for one in mine:
            until = paused.get(domains.domain_of(one.recipient))
            if one.recipient in suspended:
                decided.append(outcomes.given_up(one, outcomes.SUSPENDED_WORDS, outcomes.SUSPENDED))
            elif until is not None and until > now:
                at = domains.after(until, now, self.run.rng)
                decided.append(outcomes.put_off(one, outcomes.PAUSED, at))
            else:
                to_go.append(one)
        self._paused = set(paused)
        for one, words in rendered(to_go, now, self.run.writing):
            if isinstance(words, Exception):
                decided.append(outcomes.try_again(one, _words(words), now, self.run.rng))
            elif words is None:
                decided.append(outcomes.superseded(one))
            else:
                outcomes.dress(one, words)
                ready.append(one)
        with self.run.writing():
            for outcome in decided:
                outcomes.write(db.session.connection(), outcome)
                self.run.count(outcome.kind)
            db.session.commit()
        return sorted(ready, key=lambda one: (one.next_try_at, one.id))

    # -- sending -------------------------------------------------------------------------------------------------

    def _send_all(self, ready: Sequence[Claim], way: Transport) -> None:
        """Send and record one after the other; what is not sent goes back untouched."""
        done = 0
        with self._recording():
            for done, one in enumerate(ready, 1):
                if one.is_old(now := self.run.now_fn()):
                    done -= 1
                    break
                outcome = self._send(one, way, now)
                if outcome is None:  # another server is to be asked
                    done -= 1
                    break
                self._record(outcome)
                if outcome.kind == outcomes.WAY_CLOSED:
                    self.run.close()
                if self.run.is_closed or self.run.should_stop():
                    break
        rest = ready[done:]
        if rest and rest[0].is_old(self.run.now_fn()):
            for _one in rest:
                self.run.count(outcomes.DROPPED)
        elif rest:
            self._leave_room(way, len(rest))
        if rest:
            with self.run.writing():
                release(rest)
                db.session.commit()

    def _send(self, one: Claim, way: Transport, now: datetime) -> Outcome | None:
        """Offer one mail to the server; None where it cannot be reached and another one can be asked."""
        try:
            mail = compose(one, now, about=one.about)
        except Unsendable as error:
            return outcomes.given_up(one, str(error))
        except Exception as error:
            # One mail that cannot be made must not stop the others.
            log.exception("mail could not be made", extra={"message_row": one.id})
            return outcomes.try_again(one, _words(error), now, self.run.rng)
        try:
            way.send(mail)
        except DeliveryError as error:
            return self._failed(one, way, error)
        self._note_success(one, way)
        return outcomes.sent(one, self.run.now_fn())

    def _failed(self, one: Claim, way: Transport, error: DeliveryError) -> Outcome | None:
        now, rng = self.run.now_fn(), self.run.rng
        if error.is_way:
            self._way_closed(way, error.reason, now)
            if self._way_out() is not None and self._fixed is None and isinstance(way, SmtpTransport):
                return None
            at = now + backoff.spread(backoff.AWAY, rng)
            return outcomes.put_off(one, outcomes.WAY_CLOSED, at, error.reason)
        if error.permanent:
            if error.is_address:
                self._note_refusal(one, error.reason, now)
            return outcomes.given_up(one, error.reason)
        outcome = outcomes.try_again(one, error.reason, now, rng)
        if domains.says_too_many(error.reason):
            domain = domains.domain_of(one.recipient)
            with self.run.writing():
                until = domains.pause(domain, error.reason, now)
                db.session.commit()
            self._paused.add(domain)
            if "next_try_at" in outcome.columns:
                outcome.columns["next_try_at"] = max(
                    outcome.columns["next_try_at"], domains.after(until, now, rng)
                )
        return outcome

    def _way_closed(self, way: Transport, reason: str, now: datetime) -> None:
        if not isinstance(way, SmtpTransport):
            return
        log.warning("mail server cannot be reached", extra={"server": way.server.name, "reason": reason})
        self._unreachable.add(way.server.name)
        with self.run.writing():
            servers.note_away(way.server, reason, now)
            db.session.commit()

    def _note_success(self, one: Claim, way: Transport) -> None:
        if isinstance(way, SmtpTransport) and way.server.name in self._said_away:
            self._said_away.discard(way.server.name)
            with self.run.writing():
                servers.note_back(way.server)
                db.session.commit()
        if self._paused and (domain := domains.domain_of(one.recipient)) in self._paused:
            self._paused.discard(domain)
            with self.run.writing():
                domains.resume(domain)
                db.session.commit()

    def _note_refusal(self, one: Claim, reason: str, now: datetime) -> None:
        """A mailbox that does not exist is a bounce, whether the server says so at once or by a mail."""
        key = hashlib.sha256(f"refused:{one.id}:{one.tries}:{one.claimed_at}".encode()).hexdigest()
        bounce = Bounce(
            key=key, address=one.recipient.strip().lower(), message_row=one.id, permanent=True, reason=reason, at=now
        )  # fmt: skip
        with self.run.writing():
            db.session.add(bounce)
            db.session.flush()
            note_bounce(bounce, now=now)
            db.session.commit()

    # -- recording -----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _recording(self) -> Iterator[None]:
        """One connection that commits each statement, for as long as there are mails in hand."""
        try:
            yield
        finally:
            self._let_go()

    def _record(self, outcome: Outcome) -> None:
        """Write down what became of one mail; a mail that was taken must not be forgotten as long as this process
        lives."""
        for pause in _pauses(self.run.should_stop):
            try:
                with self.run.writing():
                    if self._connection is None:
                        self._connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                    outcomes.write(self._connection, outcome)
                self.run.count(outcome.kind)
                return
            except (sa.exc.OperationalError, sa.exc.InterfaceError):
                self._let_go()
                if pause is None:
                    raise
                log.warning(
                    "the database is away; the record of a mail waits",
                    extra={"message_row": outcome.claim.id},
                )
                self.run.wait(pause)

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                connection.close()


def _pauses(should_stop: Callable[[], bool]) -> Iterator[float | None]:
    """How long to wait after each failure; None: give up."""
    yield from _WAITS_FOR_DATABASE
    while not should_stop():
        yield _WAITS_FOR_DATABASE[-1]
    yield None


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:1000]
