"""Who hears: the people of an audience, with agencies that have ended and people who are away put right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.queries import away_on
from app.accounts.rules import may_stand_in
from app.extensions import db
from app.obligations.models import Obligation
from app.organisations.models import Agency
from app.organisations.queries import successor_of
from app.reminders.models import Audience, ReminderWish

_OFFICERS = (Role.OFFICER, Role.STANDING_OFFICER)
_ACTS_FOR_AGENCY = frozenset({Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER})


class People:
    """Everybody with an open account, by agency and role, read once; who is away today, and who answers for an
    agency that has ended."""

    def __init__(self, today: date):
        self._today = today
        self._by_role: dict[tuple[int, Role], list[int]] = {}
        self._known: dict[int, tuple[int, Role]] = {}
        self._answering: dict[int, int] = {}
        query = (
            sa.select(User.id, User.agency_id, User.role).where(User.closed_at.is_(None)).order_by(User.id)
        )
        for user_id, agency_id, role in db.session.execute(query):
            self._by_role.setdefault((agency_id, role), []).append(user_id)
            self._known[user_id] = (agency_id, role)
        self.away = {absent: self._good_deputy(absent, deputy) for absent, deputy in away_on(today).items()}
        self.hears_from: dict[int, int] = dict(
            db.session.execute(
                sa.select(ReminderWish.user_id, ReminderWish.hears_from).where(
                    ReminderWish.hears_from.is_not(None)
                )
            )
            .tuples()
            .all()
        )
        self._ended = set(
            db.session.scalars(
                sa.select(Agency.id).where(sa.or_(Agency.valid_to < today, Agency.valid_from > today))
            )
        )

    def audience(self, audience: Audience, obligation: Any, in_charge: Iterable[int] = ()) -> Sequence[int]:
        """The people of an audience of an obligation (or of a row with its columns).

        `in_charge`: whom the agency has given it. Where an agency has no officer's account its head is addressed;
        where it has neither, nobody is. Whoever is away is replaced by the deputy; without one the mail goes to
        the person all the same.
        """
        match audience:
            case Audience.IN_CHARGE:
                agency_id = self.answering(obligation.agency_id)
                named = [n for n in in_charge if self._known.get(n, (0,))[0] == agency_id]
                return self.there(named) if named else self.officers(agency_id)
            case Audience.OFFICERS:
                return self.officers(self.answering(obligation.agency_id))
            case Audience.HEAD:
                return self._with(self.answering(obligation.agency_id), Role.HEAD)
            case Audience.STANDING_AGENCY:
                return self.standing_officers(obligation.standing_agency_id)
            case Audience.COMMITTEE:
                committee_id = obligation.committee_id
                return self._with(committee_id, Role.COMMITTEE_MEMBER) if committee_id else ()

    def of_part(self, audience: Audience, agency_id: int) -> Sequence[int]:
        """The people of an agency that is asked for a part."""
        agency_id = self.answering(agency_id)
        return self._with(agency_id, Role.HEAD) if audience is Audience.HEAD else self.officers(agency_id)

    def officers(self, agency_id: int) -> list[int]:
        return self._with(agency_id, *_OFFICERS) or self._with(agency_id, Role.HEAD)

    def standing_officers(self, agency_id: int) -> list[int]:
        return self._with(self.answering(agency_id), Role.STANDING_OFFICER)

    def there(self, user_ids: Iterable[int]) -> list[int]:
        """These people, those who are away replaced by their deputies; each once."""
        return list(dict.fromkeys(self.away.get(n) or n for n in user_ids))

    def is_known(self, user_id: int) -> bool:
        """Has an open account."""
        return user_id in self._known

    def answering(self, agency_id: int) -> int:
        if agency_id not in self._ended:
            return agency_id
        if agency_id not in self._answering:
            self._answering[agency_id] = answering(db.session.get_one(Agency, agency_id), self._today).id
        return self._answering[agency_id]

    def prints(self) -> dict[str, str]:
        """For each agency with anybody to tell a digest of who hears what there: another one where that changes."""
        found = {}
        for agency_id in {agency for agency, _role in self._by_role} | self._ended:
            answers = self.answering(agency_id)
            heard = [self._with(answers, role) for role in Role]
            ids = sorted({n for some in heard for n in some})
            wishes = [(n, self.hears_from[n]) for n in ids if n in self.hears_from]
            away = [(n, self.away[n]) for n in ids if n in self.away]
            facts = repr((answers, heard, wishes, away)).encode()
            found[str(agency_id)] = hashlib.blake2b(facts, digest_size=8).hexdigest()
        return found

    def _with(self, agency_id: int, *roles: Role) -> list[int]:
        return self.there(n for role in roles for n in self._by_role.get((agency_id, role), ()))

    def _good_deputy(self, absent: int, deputy: int | None) -> int | None:
        """None where the deputy no longer sees what the person who is away is told of."""
        if deputy is None or deputy not in self._known or absent not in self._known:
            return None
        (agency_id, role), (deputy_agency, deputy_role) = self._known[absent], self._known[deputy]
        return deputy if deputy_agency == agency_id and may_stand_in(deputy_role, role) else None


def audiences_of(user: User, obligation: Obligation, today: date) -> set[Audience]:
    """In which audiences of an obligation this one person stands: the question of `People`, without reading
    everybody. A head counts among the officers, for whom heads stand in."""
    if not user.is_active:
        return set()
    found: set[Audience] = set()
    if user.agency_id == answering(obligation.agency, today).id:
        if user.role in _ACTS_FOR_AGENCY:
            found |= {Audience.IN_CHARGE, Audience.OFFICERS}
        if user.role is Role.HEAD:
            found.add(Audience.HEAD)
    if (
        user.role is Role.STANDING_OFFICER
        and user.agency_id == answering(obligation.standing_agency, today).id
    ):
        found.add(Audience.STANDING_AGENCY)
    if user.role is Role.COMMITTEE_MEMBER and user.agency_id == obligation.committee_id:
        found.add(Audience.COMMITTEE)
    return found


def answering(agency: Agency, today: date) -> Agency:
    """The agency, or the one that answers for it today; an agency that nobody succeeded keeps its own."""
    return agency if agency.exists_on(today) else successor_of(agency, today) or agency
