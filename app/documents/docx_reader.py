"""The text of a .docx in the order in which a person reads it.

Paragraphs and tables in body order, automatic numbers written out, text boxes after their paragraph,
footnotes at the end, tracked changes settled (insertions stay, deletions go), hidden text left out. Page
headers and footers are parts of their own and are not read.
"""

from __future__ import annotations

from typing import Any

from app.documents import legacy
from app.documents.blocks import TextBuilder
from app.documents.models import Extracted, Limits, Notice
from app.documents.numbering import Styles, read_numbering
from app.documents.ooxml import Package, W, on, value
from app.documents.refusals import DocumentRefused

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PAGE = "\f"  # stands for a page break inside the text of a paragraph while it is collected

_DROPPED = {
    W + tag
    for tag in (
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "pPr",
        "rPr",
        "footnoteReference",
        "endnoteReference",
        "annotationRef",
        "footnoteRef",
        "endnoteRef",
        "sdtPr",
        "tblPr",
    )
}
_DROPPED.add(_MC + "Fallback")


def read_docx(data: bytes, limits: Limits) -> Extracted:
    """Read a .docx. Raises DocumentRefused (damaged, encrypted, zip_bomb, too_deep, too_big)."""
    package = Package(data, limits)
    root = package.tree(package.main)
    body = None if root is None else root.find(W + "body")
    if body is None:
        raise DocumentRefused("damaged", format="DOCX")
    reader = _Reader(package, limits)
    reader.read_blocks(body)
    reader.read_notes(package.sibling("footnotes.xml"), W + "footnote")
    reader.read_notes(package.sibling("endnotes.xml"), W + "endnote")
    text, pages = reader.out.finish()
    if len(pages) > limits.max_pages:
        raise DocumentRefused("too_many_pages", pages=len(pages), limit=limits.max_pages)
    return text, pages, tuple(reader.notices())


class _Reader:
    """Walks the body once, front to back, because automatic numbers depend on what came before."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self.out = TextBuilder(limits.max_characters)
        self._numbering = read_numbering(package.sibling("numbering.xml"))
        self._styles = Styles(package.sibling("styles.xml"))
        self._boxes: list[Any] = []  # text boxes met in the paragraph at hand
        self._old_fonts: set[str] = set()
        self._tracked = False

    def notices(self) -> list[Notice]:
        """What a person should check."""
        found = [Notice("converted", {"encoding": name}) for name in sorted(self._old_fonts)]
        return [Notice("tracked_changes"), *found] if self._tracked else found

    # ---- blocks

    def read_blocks(self, parent: Any) -> None:
        """Write every block of a body, and look through wrappers (content controls, insertions)."""
        for element in parent:
            if element.tag == W + "p":
                self._write_paragraph(element)
            elif element.tag == W + "tbl":
                self.out.table(self._rows(element))
            elif element.tag not in _DROPPED and isinstance(element.tag, str):
                self._note_tracking(element)
                self.read_blocks(element)

    def _write_paragraph(self, paragraph: Any) -> None:
        if self._breaks_before(paragraph):
            self.out.page_break()
        pieces = self._paragraph_text(paragraph).split(_PAGE)
        for index, piece in enumerate(pieces):
            if index:
                self.out.page_break()
            if index and pieces[index - 1].strip() and piece.strip():
                self.out.continue_paragraph(piece)  # the page ends inside a sentence
            else:
                self.out.paragraph(piece)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.read_blocks(box)
        section = paragraph.find(f"{W}pPr/{W}sectPr")
        if section is not None and value(section, "type") != "continuous":
            self.out.page_break()

    def _breaks_before(self, paragraph: Any) -> bool:
        own = paragraph.find(f"{W}pPr/{W}pageBreakBefore")
        return on(
            own
            if own is not None
            else self._styles.find(value(paragraph, "pPr/pStyle"), "pPr/pageBreakBefore")
        )

    def _rows(self, table: Any) -> list[list[list[str]]]:
        """The cells of a table as lists of paragraphs; a table inside a cell adds its cells' paragraphs."""
        rows = []
        for row in self._children(table, W + "tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                self._tracked = True
                continue
            cells = self._children(row, W + "tc")
            rows.append([[] if _continues_above(cell) else self._cell(cell) for cell in cells])
        return rows

    def _children(self, parent: Any, tag: str) -> list[Any]:
        """Children of one kind, also inside content controls and insertions."""
        found = []
        for child in parent:
            if child.tag == tag:
                found.append(child)
            elif child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "customXml", W + "moveTo"):
                found.extend(self._children(child, tag))
        return found

    def _cell(self, parent: Any) -> list[str]:
        paragraphs: list[str] = []
        for element in parent:
            if element.tag == W + "p":
                paragraphs.append(self._paragraph_text(element).replace(_PAGE, " "))
                boxes, self._boxes = self._boxes, []
                for box in boxes:
                    paragraphs.extend(self._cell(box))
            elif element.tag == W + "tbl":
                paragraphs.extend(text for row in self._rows(element) for cell in row for text in cell)
            elif element.tag not in _DROPPED and isinstance(element.tag, str):
                paragraphs.extend(self._cell(element))
        return paragraphs

    # ---- the text of one paragraph

    def _paragraph_text(self, paragraph: Any) -> str:
        style = value(paragraph, "pPr/pStyle")
        pieces: list[str] = []
        capitals = on(self._styles.find(style, "rPr/caps"))
        self._collect(paragraph, pieces, capitals)
        text = "".join(pieces)
        label = self._label(paragraph, style) if text.strip(" \n\t\f") else ""
        return f"{label} {text.lstrip()}" if label else text

    def _label(self, paragraph: Any, style: str | None) -> str:
        """The automatic number; numId 0 switches an inherited one off."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        inherited = self._styles.find(style, "pPr/numPr")
        list_id = value(own, "numId") or value(inherited, "numId")
        depth = value(own, "ilvl") or value(inherited, "ilvl") or "0"
        if not list_id or list_id == "0" or not depth.isdigit():
            return ""
        return self._numbering.label(list_id, min(int(depth), 8))

    def _collect(self, parent: Any, pieces: list[str], capitals: bool) -> None:
        for element in parent:
            tag = element.tag
            if tag == W + "r":
                self._collect_run(element, pieces, capitals)
            elif tag == W + "txbxContent":
                self._boxes.append(element)
            elif tag == W + "del" or tag == W + "moveFrom":
                self._tracked = True
            elif tag == _M + "t":
                pieces.append(element.text or "")
            elif tag not in _DROPPED and isinstance(tag, str):
                self._note_tracking(element)
                self._collect(element, pieces, capitals)

    def _note_tracking(self, element: Any) -> None:
        if element.tag in (W + "ins", W + "moveTo"):
            self._tracked = True

    def _collect_run(self, run: Any, pieces: list[str], capitals: bool) -> None:
        properties = run.find(W + "rPr")
        if properties is not None:
            if on(properties.find(W + "vanish")):
                return
            own = properties.find(W + "caps")
            capitals = on(own) if own is not None else capitals
        text: list[str] = []
        for element in run:
            self._collect_mark(element, text, capitals)
        joined = self._modern("".join(text), properties)
        pieces.append(joined.upper() if capitals else joined)

    def _collect_mark(self, element: Any, text: list[str], capitals: bool) -> None:
        tag = element.tag
        if tag == W + "t":
            text.append(element.text or "")
        elif tag == W + "tab" or tag == W + "ptab":
            text.append("\t")
        elif tag == W + "br":
            text.append(_PAGE if element.get(W + "type") == "page" else "\n")
        elif tag == W + "cr":
            text.append("\n")
        elif tag == W + "lastRenderedPageBreak":
            text.append(_PAGE)
        elif tag == W + "noBreakHyphen":
            text.append("-")
        elif tag == W + "sym":
            text.append(
                "-" if element.get(W + "char", "").upper() in ("F02D", "F0B7", "F0A7", "F076") else " "
            )
        elif tag not in _DROPPED and isinstance(tag, str) and len(element):
            self._collect(element, text, capitals)  # a drawing, which may hold a text box

    def _modern(self, text: str, properties: Any | None) -> str:
        """Letters of a .VnTime or VNI font are Vietnamese through that font only: convert by its name."""
        fonts = None if properties is None else properties.find(W + "rFonts")
        name = "" if fonts is None else (fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or "")
        if not text.strip() or not name.startswith((".Vn", "VNI-")) or not _untouched_by_unicode(text):
            return text
        if name.startswith(".Vn"):
            self._old_fonts.add("TCVN3")
            return legacy.from_tcvn3(text, capitals=name.endswith("H"))
        self._old_fonts.add("VNI")
        return legacy.from_vni(text)

    # ---- notes

    def read_notes(self, root: Any | None, tag: str) -> None:
        """Write the notes after the text, each as «[n] …». Separators are no notes."""
        number = 0
        for note in [] if root is None else root.findall(tag):
            if note.get(W + "type", "normal") != "normal":
                continue
            text = " ".join(" ".join(self._cell(note)).split())
            if text:
                number += 1
                self.out.paragraph(f"[{number}] {text}")


def _continues_above(cell: Any) -> bool:
    """Whether a cell is the lower part of one that spans rows: its text stands in the upper part."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(W + "val", "continue") == "continue"


def _untouched_by_unicode(text: str) -> bool:
    """Text that Word already holds in Unicode keeps its letters, whatever font it names."""
    return all(ord(char) < 0x180 or char in "‘’“”–—…•€" for char in text)
