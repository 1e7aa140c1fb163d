"""Forms of signing in and of one's own account."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, EqualTo, InputRequired, Length

from app.accounts.models import Role
from app.accounts.rules import ROLE_LABELS
from app.i18n import LANGUAGES, _l


class SignInForm(FlaskForm):
    email = EmailField(
        _l("Địa chỉ thư công vụ"),
        [InputRequired(_l("Nhập địa chỉ thư công vụ.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        _l("Mật khẩu"),
        [InputRequired(_l("Nhập mật khẩu.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(FlaskForm):
    current = PasswordField(
        _l("Mật khẩu hiện tại"),
        [InputRequired(_l("Nhập mật khẩu hiện tại."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("Mật khẩu mới"),
        [InputRequired(_l("Nhập mật khẩu mới."))],
        description=_l("Ít nhất 10 ký tự. Một câu ngắn dễ nhớ là tốt nhất."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [EqualTo("new", _l("Hai lần nhập mật khẩu mới chưa giống nhau."))],
        render_kw={"autocomplete": "new-password"},
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

    def chosen_role(self) -> Role:
        return Role(self.role.data)
