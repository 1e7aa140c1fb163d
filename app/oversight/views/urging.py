"""Urging what is overdue: draft letters for the registry to issue, or a mail at once."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from app import clock
from app.access import allow
from app.accounts.rules import can_follow
from app.documents.letters import Head, Signature, date_line, number_line, urging_letter
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, _l, _n
from app.obligations.calendar import office_calendar
from app.obligations.models import Obligation
from app.oversight import operations, queries, urging
from app.oversight.urging import Letter
from app.oversight.views import bp

MOST_AT_ONCE = 200
_DAYS_GIVEN = 5  # working days that a letter gives unless it says otherwise
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class UrgingForm(FlaskForm):
    """What the letters say beside what the obligations say."""

    form_key = HiddenField(validators=[Length(max=64)])
    until = DateField(
        _l("Đề nghị gửi chậm nhất ngày"),
        [InputRequired(_l("Nhập ngày mới theo dạng ngày/tháng/năm, từ hôm nay trở đi."))],
        format=["%d/%m/%Y", "%Y-%m-%d"],
    )
    contact = StringField(
        _l("Đầu mối liên hệ"),
        [InputRequired(_l("Nhập tên, điện thoại hoặc địa chỉ thư của đầu mối.")), Length(max=200)],
    )
    again = BooleanField(_l("Gửi thêm lần nữa trong hôm nay"))


@bp.route("/board/urging", methods=["GET", "POST"])
def urge():
    """The choice, what it makes, and the two acts: `act` is letter or mail."""
    allow(can_follow(current_user))
    g.nav_current = "oversight.board"
    now, today = clock.now(), clock.today()
    obligations = _chosen()
    form = UrgingForm()
    if request.method == "GET":
        form.until.data = office_calendar().add_working_days(today, _DAYS_GIVEN)
        form.contact.data = ", ".join(
            filter(None, (current_user.name, current_user.position, current_user.mail_address))
        )
    letters = urging.letters_for(obligations)
    if form.validate_on_submit():
        try:
            if request.form.get("act") == "mail":
                return _send(obligations, form, now, today)
            operations.urge_by_letter(
                obligations, until=form.until.data, actor=current_user, now=now, today=today
            )
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
            obligations = _chosen()
            letters = urging.letters_for(obligations)
        else:
            answer = _download(letters, form, today)
            db.session.commit()
            return answer
    return render_template(
        "oversight/urging.html",
        form=form,
        letters=letters,
        obligations=obligations,
        repeated=operations.urged_today(obligations, now=now),
        agencies=len({obligation.agency_id for obligation in obligations}),
    )


def _chosen() -> list[Obligation]:
    ids = request.values.getlist("id", type=int)[:MOST_AT_ONCE]
    found = queries.chosen(current_user, ids) if ids else []
    if len(found) < len(set(ids)):
        raise NotVisible
    return found


def _send(obligations: list[Obligation], form: UrgingForm, now, today: date):
    urged = operations.urge_by_mail(
        obligations, form_key=form.form_key.data or "", again=form.again.data,
        actor=current_user, now=now, today=today,
    )  # fmt: skip
    db.session.commit()
    if urged.people:
        flash(
            _n(
                "Đã gửi thư đôn đốc tới %(num)s người ở %(agencies)s cơ quan.",
                "Đã gửi thư đôn đốc tới %(num)s người ở %(agencies)s cơ quan.",
                urged.people, agencies=urged.agencies,
            ),
            "success",
        )  # fmt: skip
    if urged.unreachable:
        names = ", ".join(agency.display_name for agency in urged.unreachable)
        flash(_("Chưa có tài khoản nào ở %(names)s nên chưa gửi được. Gửi công văn.", names=names), "warning")
    return redirect(url_for("oversight.overdue"))


def _download(letters: list[Letter], form: UrgingForm, today: date) -> Response:
    files = [(_file_name(n, letter), _draft(letter, form, today)) for n, letter in enumerate(letters, 1)]
    if len(files) == 1:
        body, mimetype, name = files[0][1], _DOCX, files[0][0]
    else:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file_name, content in files:
                archive.writestr(file_name, content)
        body, mimetype, name = packed.getvalue(), "application/zip", f"cong-van-don-doc-{today:%Y-%m-%d}.zip"
    response = Response(body, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _file_name(n: int, letter: Letter) -> str:
    plan = "".join(c for c in letter.plan.short_number if c.isalnum()) or str(letter.plan.id)
    return f"cong-van-{n:02d}-{'de-nghi' if letter.is_request else 'don-doc'}-KH-{plan}.docx"


def _draft(letter: Letter, form: UrgingForm, today: date) -> bytes:
    """Number and day stay blank: only the registry clerk gives them."""
    writer = letter.plan.standing_agency
    report = urging.lower_first(letter.title)
    symbol = writer.symbol_code or "…"
    return urging_letter(
        head=Head(
            superior=writer.parent.name if writer.parent else "",
            issuer=writer.name,
            number_line=number_line(symbol),
            date_line=date_line(urging.place_of(current_app.config["OFFICE_NAME"]), None, today.year),
            about=f"V/v {'đề nghị' if letter.is_request else 'đôn đốc'} gửi {report}",
        ),
        signature=Signature(urging.authority_of(writer)),
        recipients=("Như trên", f"{current_app.config['OFFICE_NAME']} (để báo cáo)", f"Lưu: VT, {symbol}"),
        plan=urging.citation_of(letter.plan),
        report=report,
        plan_words=letter.words,
        due_on=letter.due_on,
        as_of=today,
        addressees=letter.addressees,
        new_due_on=form.until.data,
        receiver=letter.obligations[0].receiver.name,
        contact=form.contact.data,
        requested=letter.is_request,
    )
