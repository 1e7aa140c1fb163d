"""Who may reorganise, what makes a reorganisation of each kind, and the words for its codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.i18n import _l
from app.organisations.models import Agency
from app.organisations.reorganisations import ReorganisationKind, ReorganisationState
from app.planreader import fold

KIND_LABELS = {
    ReorganisationKind.MERGE: _l("Sáp nhập, hợp nhất"),
    ReorganisationKind.SPLIT: _l("Chia tách theo lĩnh vực"),
    ReorganisationKind.RENAME: _l("Đổi tên"),
    ReorganisationKind.ABOLISH: _l("Giải thể"),
}
KIND_HINTS = {
    ReorganisationKind.MERGE: _l("Một hoặc nhiều cơ quan kết thúc, một cơ quan nhận tất cả."),
    ReorganisationKind.SPLIT: _l("Một cơ quan kết thúc, nhiều cơ quan nhận, mỗi cơ quan một lĩnh vực."),
    ReorganisationKind.RENAME: _l("Cơ quan tiếp tục dưới tên mới; kết quả cũ giữ tên cũ."),
    ReorganisationKind.ABOLISH: _l(
        "Cơ quan kết thúc; việc còn lại kết thúc theo hoặc giao cho cơ quan khác."
    ),
}
STATE_LABELS = {
    ReorganisationState.DRAFT: _l("Đang chuẩn bị"),
    ReorganisationState.WAITING: _l("Chờ đến ngày"),
    ReorganisationState.DONE: _l("Đã thực hiện"),
    ReorganisationState.UNDONE: _l("Đã hoàn tác"),
}
MOST = 40  # agencies on either side of one decision


def why_not(
    kind: ReorganisationKind,
    olds: Sequence[Agency],
    heirs: Sequence[tuple[Agency | None, str, str]],
    effective_on: date,
) -> Any | None:
    """The reason why this is no reorganisation of the kind, or None."""
    if not olds:
        return _l("Chọn ít nhất một cơ quan kết thúc hoạt động.")
    if len(olds) > MOST or len(heirs) > MOST:
        return _l("Tối đa %(n)s cơ quan trong một quyết định. Chia thành nhiều lần.", n=MOST)
    for old in olds:
        if old.valid_to is not None and old.valid_to < effective_on:
            return _l("%(agency)s đã kết thúc trước ngày này.", agency=old.name)
        if old.valid_from is not None and old.valid_from >= effective_on:
            return _l("%(agency)s bắt đầu hoạt động sau ngày này. Kiểm tra lại ngày.", agency=old.name)
    for agency, _name, _subject in heirs:
        if agency is not None and agency in olds:
            return _l(
                "%(agency)s vừa kết thúc vừa tiếp nhận. Nếu cơ quan này tiếp tục, bỏ nó khỏi phần kết thúc.",
                agency=agency.name,
            )
        if agency is not None and not agency.exists_on(effective_on):
            return _l("%(agency)s không hoạt động vào ngày này, nên không thể tiếp nhận.", agency=agency.name)
    keys = [agency.id if agency is not None else fold(name) for agency, name, _subject in heirs]
    if len(set(keys)) != len(keys):
        return _l(
            "Một cơ quan tiếp nhận được ghi hai lần. Gộp các lĩnh vực vào một dòng, cách nhau bằng dấu phẩy."
        )
    return _why_not_shape(kind, olds, heirs)


def _why_not_shape(
    kind: ReorganisationKind, olds: Sequence[Agency], heirs: Sequence[tuple[Agency | None, str, str]]
) -> Any | None:
    if kind is ReorganisationKind.MERGE and len(heirs) != 1:
        return _l("Sáp nhập cần đúng một cơ quan tiếp nhận.")
    if kind is ReorganisationKind.RENAME and (len(olds) != 1 or len(heirs) != 1 or heirs[0][0] is not None):
        return _l("Đổi tên cần một cơ quan và một tên mới chưa có trong danh mục.")
    if kind is ReorganisationKind.SPLIT:
        if len(olds) != 1 or len(heirs) < 2:
            return _l("Chia tách cần một cơ quan kết thúc và ít nhất hai cơ quan tiếp nhận.")
        subjects = [fold(subject) for _agency, _name, subject in heirs]
        if len(set(subjects)) != len(subjects):
            return _l("Hai cơ quan tiếp nhận cùng một lĩnh vực. Ghi lĩnh vực riêng cho từng cơ quan.")
    return None
