"""How a plan marks its items. A line yields at most one mark, tried in the order of MARKS."""

from __future__ import annotations

import re

LETTERS = "abcdđeghiklmnopqrstuvxy"

# What may follow a mark: a blank, or at once the first letter of the text («1.Sở Y tế»).
_THEN = r"(?=\s|$|[^\W\d_]|[“\"«(])"

MARKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern, re.VERBOSE))
    for style, pattern in (
        # «Phần thứ nhất», «CHƯƠNG II.», «Phần II» — value: the word after it
        ("part", r"(?:PHẦN|Phần|CHƯƠNG|Chương)\s+((?:THỨ|thứ)\s+\w+|[IVX]+|\d{1,2})\b\s*[.:–-]?(?=\s|$)"),
        # «Điều 3.», «Điều 3:»
        ("article", r"(?:ĐIỀU|Điều)\s+(\d{1,3})\s*[.:]"),
        # «IV.», «IV-», «IV/», «IV)»
        ("roman", r"([IVX]{1,6})\s?(?:[.:)]|[-–](?=\s)|/(?=\s))\s*" + _THEN),
        # «A.», «B)»
        ("upper", r"([A-HK-UY])\s?[.)](?=\s)"),
        # «2.1.a.», «1.2.», «1.2», «3.1.2)»
        ("decimal", r"(\d{1,2}(?:\.\d{1,2}){1,3}(?:\.?[a-zđ](?![^\W\d_]))?)\s?[.):]?(?=\s|$|[A-ZĐÂÊÔƯỦỨÁ])"),
        # «(1)», «(a)»
        ("bracket", r"\((\d{1,2}|[a-zđ])\)(?=\s|[^\W\d_])"),
        # «1.», «1)», «1/ », «1- », «Mục 1.»
        (
            "number",
            r"(?:(?:Mục|Khoản|MỤC)\s+)?(\d{1,2})\s?(?:[.)]\s?"
            + _THEN
            + r"|[/:](?=\s)|[-–]\s?(?=[^\W\d_])"
            + r"|\s+(?=(?:S[ởờớ]|Phòng|Ban|UBND|Công an|Đề nghị|Giao|Ủy ban)\s+[^\W\d_]))",
        ),
        # «a)», «đ.», «b/ »
        ("letter", r"([a-zđ])\s?(?:\)" + _THEN + r"|[./](?=\s))"),
        # «+ », «- », «• »
        ("plus", r"(\+)(?=\s*\S|$)"),
        ("dash", r"([-–—−‐‑])(?=\s*[^\s\-–—−=_.]|$)"),
        ("dot", r"([•●▪◦○■□◆❖➢✓✔·]|o(?=\s[A-ZĐ])|\.(?=\s+\S))(?=\s*\S)"),
    )
)

# Outer marks first: a style that was not seen yet opens a level inside all outer ones.
RANK = {
    "part": 0, "article": 1, "upper": 2, "roman": 3, "caps": 3, "number": 5, "decimal": 6,
    "letter": 8, "bracket": 9, "title": 10, "dash": 11, "dot": 12, "plus": 13,
}  # fmt: skip

BULLETS = ("dash", "dot", "plus")
ROMAN = {"I": 1, "V": 5, "X": 10}
