"""What a kind of table is, and the cells of its rows."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from app.errors import Refused
from app.i18n import _l
from app.planreader import fold

Code = TypeVar("Code", bound=enum.StrEnum)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.*)?")


class Later(Refused):
    """The row needs something that another row of the same table may bring; asked again after the others."""


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    heading: Any
    required: bool = False
    hint: Any = ""
    width: float = 24


class Cells:
    """One row by column keys; a column that the file does not have is absent."""

    def __init__(self, values: Mapping[str, str], headings: Mapping[str, Any]):
        self._values, self._headings = values, headings

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        return self._values.get(key, "")

    def need(self, key: str) -> str:
        """Raises Refused: the cell is empty."""
        if value := self.text(key):
            return value
        raise Refused(_l("Thiếu «%(heading)s».", heading=self._headings[key]))

    def day(self, key: str) -> date | None:
        """Raises Refused: it is no day."""
        value = self.text(key)
        if not value:
            return None
        try:
            if found := _DAY.fullmatch(value):
                return date(int(found[3]), int(found[2]), int(found[1]))
            return date.fromisoformat(value[:10])
        except ValueError:
            raise Refused(
                _l("«%(heading)s» không phải ngày: %(value)s. Ghi ngày/tháng/năm.", heading=self._headings[key],
                   value=value)
            ) from None  # fmt: skip

    def yes(self, key: str) -> bool | None:
        """Có or Không; None where empty. Raises Refused: neither."""
        value = fold(self.text(key))
        if not value:
            return None
        if value in {"co", "x", "1", "yes", "true", "dung"}:
            return True
        if value in {"khong", "0", "no", "false", "sai"}:
            return False
        raise Refused(_l("«%(heading)s» phải là Có hoặc Không.", heading=self._headings[key]))

    def number(self, key: str) -> int | None:
        value = self.text(key).replace(".", "").replace(" ", "")
        if not value:
            return None
        if not value.isdigit() or len(value) > 9:
            raise Refused(_l("«%(heading)s» phải là số nguyên.", heading=self._headings[key]))
        return int(value)

    def one_of(self, key: str, labels: Mapping[Code, Any]) -> Code | None:
        """The code of a label, or the code itself. Raises Refused: neither; the reason names what there is."""
        value = fold(self.text(key))
        if not value:
            return None
        for code, label in labels.items():
            if value in (fold(str(label)), fold(code.value)):
                return code
        raise Refused(
            _l("«%(heading)s» không có giá trị «%(value)s». Dùng một trong: %(known)s.",
               heading=self._headings[key], value=self.text(key), known="; ".join(map(str, labels.values())))
        )  # fmt: skip


Taken = tuple[str, list[tuple[Any, Any, Any]], bool]  # its name; (what, before, after); whether it is new
Take = Callable[[Cells, int], Taken]


@dataclass(frozen=True, slots=True)
class Kind:
    """`rows` gives what stands now; `taker` one function for a whole table, which takes a row and its line over."""

    code: str
    title: Any
    columns: Sequence[Column]
    rows: Callable[[], Iterable[Sequence[Any]]]
    taker: Callable[[Any, datetime], Take]
    notes: Sequence[Any] = ()

    @property
    def headings(self) -> dict[str, Any]:
        return {column.key: column.heading for column in self.columns}


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.code] = kind
