"""What a letter or a plan is made of, as values: head, signature, blocks of the body, the citation of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Head:
    """The first lines of a document. superior may be "" (a provincial People's Committee writes only its own name).

    number_line, date_line: as printed; `number_line()` and `date_line()` build them.
    about: the «V/v …» of a letter, under the number; "" for a document with a title of its own.
    """

    superior: str
    issuer: str
    number_line: str
    date_line: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: the lines of authority in capitals («KT. CHỦ TỊCH», «PHÓ CHỦ TỊCH») and the name ("" for a draft)."""

    authority: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading in bold («II. NỘI DUNG», «1. Sở Y tế»)."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of the body. A start in bold («Sở Y tế:») goes in `lead`."""

    text: str
    lead: str = ""
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table with a header row. `widths`: how wide the columns are beside each other; empty: all alike."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Appendix:
    """A new page with a centred title and the line that ties it to its document."""

    title: str
    reference: str


Block = Heading | Text | Table | Appendix


@dataclass(frozen=True, slots=True)
class Citation:
    """How a plan is named at its first mention: type, number, date, issuer, subject (NĐ 30/2020, Appendix I)."""

    number: str
    issued_on: date | None
    issuer: str
    title: str

    def __str__(self) -> str:
        day = f" ngày {self.issued_on:%d/%m/%Y}" if self.issued_on else ""
        number = f" số {self.number}" if self.number else ""
        return f"Kế hoạch{number}{day} của {self.issuer} về {self.title}"


def number_line(symbol: str, number: int | None = None) -> str:
    """«Số: 07/KH-UBND»; without a number the space where the registry writes it. Numbers below 10 take a 0."""
    return f"Số: {number:02d}/{symbol}" if number is not None else f"Số:          /{symbol}"


def date_line(place: str, day: date | None, year: int | None = None) -> str:
    """«Lam Giang, ngày 05 tháng 02 năm 2026»: days below 10 and months 1 and 2 take a 0 (NĐ 30/2020, Appendix I)."""
    if day is None:
        return f"{place}, ngày       tháng       năm {year or '         '}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"
