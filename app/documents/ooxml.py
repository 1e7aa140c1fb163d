"""Opening the parts of a .docx safely: bounded unzipping, XML without entities, a limit on nesting."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Any

from lxml import etree

from app.documents import sniff
from app.documents.models import Limits
from app.documents.refusals import DocumentRefused

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE_DOCUMENT = "/officeDocument"
_NO_MEMORY = etree.ErrorTypes.ERR_NO_MEMORY


class Package:
    """The parts of one .docx. Raises DocumentRefused where the package cannot be trusted."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        sniff.check_archive(data, limits)
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._limits = limits
        self._names = set(self._archive.namelist())
        self.main = self._main_part()

    def _main_part(self) -> str:
        """The part that the package names as its document; nearly always word/document.xml."""
        relations = self.tree("_rels/.rels")
        if relations is not None:
            for relation in relations:
                if str(relation.get("Type", "")).endswith(_OFFICE_DOCUMENT):
                    target = str(relation.get("Target", "")).lstrip("/")
                    if target in self._names:
                        return target
        if "word/document.xml" in self._names:
            return "word/document.xml"
        raise DocumentRefused("damaged", format="DOCX")

    def sibling(self, name: str) -> Any | None:
        """The tree of a part beside the document («numbering.xml»), or None where there is none."""
        return self.tree(posixpath.join(posixpath.dirname(self.main), name))

    def tree(self, name: str) -> Any | None:
        """The root element of a part, or None where the package has no such part."""
        if name not in self._names:
            return None
        data = self._read(name)
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
            raise DocumentRefused(
                "damaged", format="DOCX"
            )  # a document type is forbidden in OOXML: XXE, entity bombs
        return parse_xml(data.replace(_STRICT, _TRANSITIONAL), self._limits)

    def _read(self, name: str) -> bytes:
        """Unpack one entry, never further than the size that its directory entry admits."""
        try:
            info = self._archive.getinfo(name)
            with self._archive.open(info) as stream:
                data = stream.read(info.file_size + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
            KeyError,
            UnicodeError,
            OverflowError,
        ):
            raise DocumentRefused("damaged", format="DOCX") from None
        if len(data) > info.file_size:
            raise DocumentRefused("zip_bomb")
        return data


def parse_xml(data: bytes, limits: Limits) -> Any:
    """Parse without entities, document types or network; refuse what is damaged or nested too deep."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", None) == _NO_MEMORY or "emory" in str(error):
            raise MemoryError from None
        if "xcessive depth" in str(error):
            raise DocumentRefused("too_deep", limit=limits.max_depth) from None
        raise DocumentRefused("damaged", format="DOCX") from None
    check_depth(root, limits.max_depth)
    return root


def check_depth(root: Any, limit: int) -> None:
    """Refuse a tree that nests deeper than `limit`: the readers below walk it by recursion."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            raise DocumentRefused("too_deep", limit=limit)


def on(element: Any | None) -> bool:
    """The value of a switch such as <w:b/>, <w:caps w:val="0"/>; an absent element is off."""
    return element is not None and element.get(W + "val", "1") not in ("0", "false", "off", "none")


def value(parent: Any | None, path: str) -> str | None:
    """The w:val of a child found by a path such as "pPr/numPr/numId", or None."""
    if parent is None:
        return None
    found = parent.find("/".join(W + step for step in path.split("/")))
    return None if found is None else found.get(W + "val")
