"""People as a table: one row an account, known by its address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import joinedload

from app.accounts import links, operations, rules
from app.accounts.models import User
from app.accounts.queries import user_by_email
from app.errors import Refused
from app.extensions import db
from app.i18n import LANGUAGES, _l
from app.organisations.exchange import Column, Kind, register
from app.organisations.exchange.kinds import Cells, Take, Taken
from app.organisations.exchange.lookup import agency_named, named_for_export
from app.organisations.models import Agency

COLUMNS = (
    Column("email", _l("Thư điện tử"), required=True, width=34),
    Column("name", _l("Họ và tên"), required=True, width=28),
    Column("role", _l("Vai trò"), required=True, width=28),
    Column("agency", _l("Cơ quan"), required=True, width=44),
    Column("position", _l("Chức vụ"), width=26),
    Column("language", _l("Ngôn ngữ"), hint=_l("vi hoặc en"), width=10),
)
_WORDS = {column.key: column.heading for column in COLUMNS} | {"agency_id": _l("Cơ quan")}
_MOST = {"name": 200, "position": 200, "email": 254}


def _rows() -> Iterator[list[Any]]:
    named = named_for_export(list(db.session.scalars(sa.select(Agency))))
    query = (
        sa.select(User)
        .where(User.closed_at.is_(None), User.email.is_not(None))
        .order_by(User.name_key, User.id)
    )
    for user in db.session.scalars(query.options(joinedload(User.agency))):
        role = str(rules.ROLE_LABELS[user.role])
        yield [user.email, user.name, role, named[user.agency_id], user.position, user.language]


class _Taker:
    def __init__(self, actor: Any, now: datetime):
        self._act = {"actor": actor, "now": now}
        self._lines: dict[str, int] = {}

    def __call__(self, cells: Cells, line: int) -> Taken:
        email = cells.need("email").lower()
        _refuse_address(email)
        if email in self._lines:
            raise Refused(_l("Trùng với dòng %(line)s.", line=self._lines[email]))
        for key, most in _MOST.items():
            if len(cells.text(key)) > most:
                raise Refused(_l("«%(heading)s» dài quá %(n)s ký tự.", heading=_WORDS[key], n=most))
        role = cells.one_of("role", rules.ROLE_LABELS)
        if role is None:
            raise Refused(_l("Thiếu «%(heading)s».", heading=_WORDS["role"]))
        agency = agency_named(cells.need("agency"))
        language = cells.text("language").lower()
        if language and language not in LANGUAGES:
            raise Refused(_l("«Ngôn ngữ» phải là vi hoặc en."))
        user = user_by_email(email)
        if user is not None:
            taken = self._change(user, cells, role, agency, language)
        else:
            user = operations.create_user(
                email, cells.need("name"), role, agency, position=cells.text("position"),
                language=language or "vi", **self._act,
            )  # fmt: skip
            db.session.flush()
            links.invite(user, **self._act)
            taken = (f"{user.name}, {email}", [], True)
        self._lines[email] = line
        return taken

    def _change(self, user: User, cells: Cells, role: Any, agency: Agency, language: str) -> Taken:
        if not user.is_active:
            raise Refused(_l("Tài khoản này đang đóng. Mở lại ở mục Người dùng trước."))
        before = _in_words(user)
        values = {
            "email": user.email,
            "name": cells.need("name"),
            "position": cells.text("position") if "position" in cells else user.position,
            "role": role,
            "agency": agency,
            "language": language or user.language,
        }
        operations.change_user(user, values, seen=rules.fingerprint(user), **self._act)
        after = _in_words(user)
        changes = [(_WORDS[key], before[key], after[key]) for key in after if after[key] != before[key]]
        return f"{user.name}, {user.email}", changes, False


def _in_words(user: User) -> dict[str, Any]:
    agency = db.session.get(Agency, user.agency_id)
    return rules.facts_of(user) | {
        "role": str(rules.ROLE_LABELS[user.role]),
        "agency_id": agency.name if agency else "",
    }


def _refuse_address(email: str) -> None:
    try:
        # Offices have names of their own inside their network; whether mail arrives is not asked here.
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Refused(
            _l("«%(email)s» không phải địa chỉ thư, thí dụ hanh@lamgiang.gov.vn.", email=email)
        ) from None


def _taker(actor: Any, now: datetime) -> Take:
    return _Taker(actor, now)


register(
    Kind(
        "people",
        _l("Người dùng"),
        COLUMNS,
        _rows,
        _taker,
        notes=(
            _l("Người mới nhận thư mời đặt mật khẩu. Người không có trong tệp giữ nguyên."),
            _l("Mỗi người một dòng, theo cơ quan chính; kiêm nhiệm ghi ở trang của từng người."),
        ),
    )
)
