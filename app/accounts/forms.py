"""Forms of signing in and of one's own account."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, EqualTo, InputRequired, Length

from app.accounts.models import Role
from app.accounts.passwords import minimum_length
from app.accounts.rules import ROLE_LABELS
from app.i18n import LANGUAGES, _, _l


class SignInForm(FlaskForm):
    email = EmailField(
        _l("Địa chỉ thư công vụ"),
        [InputRequired(_l("Nhập địa chỉ thư công vụ.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        _l("Mật khẩu"),
        [InputRequired(_l("Nhập mật khẩu.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )


class ConfirmForm(FlaskForm):
    password = PasswordField(
        _l("Mật khẩu"),
        [InputRequired(_l("Nhập mật khẩu.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


class CodeForm(FlaskForm):
    code = StringField(
        _l("Mã xác thực"),
        [InputRequired(_l("Nhập mã xác thực.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"},
    )


class ForgottenForm(FlaskForm):
    email = EmailField(
        _l("Địa chỉ thư công vụ"),
        [InputRequired(_l("Nhập địa chỉ thư công vụ.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )


class NewPasswordForm(FlaskForm):
    new = PasswordField(
        _l("Mật khẩu mới"),
        [InputRequired(_l("Nhập mật khẩu mới."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [EqualTo("new", _l("Hai lần nhập mật khẩu mới chưa giống nhau."))],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Here, and not in the class: the length is a setting of the installation.
        self.new.description = _(
            "Ít nhất %(n)s ký tự, dùng được mọi ký tự và dấu cách. Một câu ngắn dễ nhớ là tốt nhất.",
            n=minimum_length(),
        )


class PasswordForm(NewPasswordForm):
    current = PasswordField(
        _l("Mật khẩu hiện tại"),
        [InputRequired(_l("Nhập mật khẩu hiện tại."))],
        render_kw={"autocomplete": "current-password"},
    )


class PersonForm(FlaskForm):
    seen = HiddenField()
    name = StringField(_l("Họ và tên"), [InputRequired(_l("Nhập họ và tên.")), Length(max=200)])
    email = EmailField(
        _l("Địa chỉ thư công vụ"),
        [
            InputRequired(_l("Nhập địa chỉ thư công vụ.")),
            Length(max=254),
            Email(_l("Nhập địa chỉ thư đầy đủ, thí dụ hanh@lamgiang.gov.vn.")),
        ],
        description=_l("Dùng để đăng nhập và nhận thư nhắc."),
    )
    position = StringField(_l("Chức vụ"), [Length(max=200)])
    role = SelectField(
        _l("Vai trò"), choices=[SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    agency = SelectField(_l("Cơ quan"), coerce=int)
    language = SelectField(
        _l("Ngôn ngữ của thư và màn hình"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )

    # How the person comes in for the first time; only where the installation leaves a choice.
    way = RadioField(
        _l("Đăng nhập lần đầu"),
        choices=[
            SelectChoice("invite", _l("Gửi thư mời")),
            SelectChoice("password", _l("Đặt mật khẩu dùng một lần")),
        ],
        default="invite",
    )

    def chosen_role(self) -> Role:
        return Role(self.role.data)
