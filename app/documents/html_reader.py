"""The main text of a page saved from a law portal: without menus, scripts, comments and hidden parts."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from app.documents.blocks import TextBuilder
from app.documents.models import Extracted, Limits
from app.documents.numbering import spell
from app.documents.ooxml import check_depth
from app.documents.refusals import DocumentRefused
from app.documents.txt_reader import decode

_NEVER = {
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "nav",
    "footer",
    "aside",
    "iframe",
    "object",
    "embed",
    "svg",
    "canvas",
    "button",
    "select",
    "option",
    "textarea",
    "input",
    "audio",
    "video",
    "map",
    "dialog",
}
_BLOCKS = {
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "address",
    "figure",
    "figcaption",
    "form",
    "fieldset",
    "center",
    "dl",
    "dt",
    "dd",
    "hr",
    "body",
    "details",
    "summary",
    "ul",
    "ol",
    "li",
    "table",
}
_FURNITURE_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "dialog"}
# class="menu-top", id="sidebar": words of page furniture, whole or before a dash, an underscore or a digit.
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:menu|nav|navbar|sidebar|breadcrumbs?|footer|comments?|binh-?luan|share|social|related|lien-?quan|"
    r"advert\w*|ads|banner|popup|modal|rating|tooltip|cookie|login|search|pagination|skip-link)(?=$|[\s_\d-])",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MAIN = re.compile(
    r"(?:^|[\s_-])(?:content1?|noi-?dung|toan-?van|full-?text|entry-content|vb-?content|van-?ban|article-?body|"
    r"post-?content|detail-?content)(?=$|[\s_\d-])",
    re.I,
)
_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.I)
_LIST_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MAIN_SHARE = 0.6  # the marked content must hold this much of the page, or its mark means something else


def read_html(data: bytes, limits: Limits) -> Extracted:
    """Read an .html file. Raises DocumentRefused: damaged, too_deep, too_big, empty."""
    declared = _CHARSET.search(data[:8192])
    text, notices = decode(data, declared.group(1).decode("ascii") if declared else None)
    body = _parse(text, limits)
    _drop_furniture(body)
    reader = _Reader(limits)
    reader.read(_main_part(body))
    finished, pages = reader.finish()
    return finished, pages, tuple(notices)


def _parse(text: str, limits: Limits) -> Any:
    text = (
        re.sub(r"^\s*<\?xml[^>]*\?>", "", text[:1000]) + text[1000:]
    )  # lxml refuses a str that names an encoding
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.replace("\x00", ""), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise DocumentRefused("damaged", format="HTML") from None
    check_depth(root, limits.max_depth)
    body = root.find("body")
    if body is None:
        raise DocumentRefused("empty")
    return body


def _drop_furniture(body: Any) -> None:
    """Take out what is not the document, as long as it is the smaller part of the page."""
    whole = max(_length(body), 1)
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element.getparent() is None:
            continue
        always = (
            element.tag in _NEVER
            or element.get("hidden") is not None
            or (element.get("aria-hidden") == "true")
            or _HIDDEN.search(element.get("style", "")) is not None
        )
        if always or (_is_furniture(element) and _length(element) < whole / 2):
            element.drop_tree()


def _is_furniture(element: Any) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return element.get("role") in _FURNITURE_ROLES or _FURNITURE.search(names) is not None


def _main_part(body: Any) -> Any:
    """The outermost element marked as content that holds most of the page, else the whole body."""
    whole = max(_length(body), 1)
    for element in body.iter("main", "article", "div", "section", "td"):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        marked = (
            element.tag in ("main", "article")
            or element.get("role") == "main"
            or element.get("itemprop") == "articleBody"
            or _MAIN.search(names) is not None
        )
        if marked and _length(element) >= whole * _MAIN_SHARE:
            return element
    return body


def _length(element: Any) -> int:
    return len("".join(element.itertext()))


class _Reader:
    """Walks the tree once. Text between two blocks is one paragraph; <br> is a line break inside it."""

    def __init__(self, limits: Limits) -> None:
        self._out = TextBuilder(limits.max_characters)
        self._inline: list[str] = []

    def finish(self) -> Any:
        """The text and its one page."""
        self._flush()
        return self._out.finish()

    def read(self, element: Any, label: str = "") -> None:
        """Read an element and everything in it; `label` is the number of a list item."""
        self._flush()
        self._inline.append(label)
        self._say(element.text)
        number = _first_number(element)
        for child in element:
            if isinstance(child.tag, str):
                number = self._child(element, child, number)
            self._say(child.tail)
        self._flush()

    def _child(self, parent: Any, child: Any, number: int) -> int:
        """Read one child; returns the number of the next item of an ordered list."""
        if child.tag == "table":
            self._flush()
            self._out.table(_rows(child))
        elif child.tag == "li":
            given = child.get("value", "")
            number = int(given) if given.isdigit() and len(given) < 6 else number
            self.read(child, _item_label(parent, number))
            return number + 1
        elif child.tag in _BLOCKS:
            waiting = "".join(self._inline).strip()
            if waiting in ("", "-") or re.fullmatch(r"[\w]{1,6}[.)]", waiting):
                label = "".join(self._inline)  # <li><p>text</p></li>: the number belongs to the paragraph
                self._inline = []
                self.read(child, label)
            else:
                self.read(child)
        elif child.tag == "br":
            self._inline.append("\n")
        else:
            self._inline_element(child)
        return number

    def _inline_element(self, element: Any) -> None:
        self._say(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._child(element, child, 1)
            self._say(child.tail)

    def _say(self, text: str | None) -> None:
        if text:
            self._inline.append(re.sub(r"[ \t\r\n\f]+", " ", text))

    def _flush(self) -> None:
        text, self._inline = "".join(self._inline), []
        if text.strip() not in ("", "-"):
            self._out.paragraph(_tidy(text))


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split(" ")).strip(" ") for line in re.sub(" {2,}", " ", text).split("\n"))


def _first_number(element: Any) -> int:
    start = str(element.get("start", "1"))
    return int(start) if start.isdigit() and len(start) < 6 else 1


def _item_label(parent: Any, number: int) -> str:
    if parent.tag != "ol":
        return "- "
    form = _LIST_FORMS.get(parent.get("type", "1"), "decimal")
    return f"{spell(number, form)}{')' if form == 'lowerLetter' else '.'} "


def _rows(table: Any) -> list[list[list[str]]]:
    """The cells of a table as lists of paragraphs. A table inside a cell adds its text to that cell."""
    rows = []
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), None) is table:
            rows.append([_cell(cell) for cell in row if cell.tag in ("td", "th")])
    return rows


def _cell(cell: Any) -> list[str]:
    """The paragraphs of a cell, read by a reader of their own: lists and inner tables come out the same."""
    inner = _Reader(Limits())
    inner.read(cell)
    text, _ = inner.finish()
    return [part for part in text.split("\n\n") if part]
