"""Which pages are pictures of text, and such a page as a picture that Tesseract can read. Runs in the worker."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.documents import legacy
from app.documents.models import Limits
from app.documents.pdf_reader import open_pdf
from app.documents.refusals import DocumentRefused

PICTURES = {"png": "PNG", "jpeg": "JPEG", "tiff": "TIFF"}  # our kind -> the decoder's name
A4_WIDTH = 595.0  # points; a picture without a known size is taken for a page of this width
_LEAST_WIDTH = 1240  # pixels of the short side: A4 at 150 dpi; smaller pictures are enlarged
_FEW_LETTERS = 150  # the stamp of a digital signature or of a scanner is shorter, a page of a plan longer
_COVERED = 0.5  # of the page


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look at a document shows before it is read.

    kind: one of the kinds of `sniff`. pages: how many it has (0 where the format does not say). scanned: the
    numbers of the pages that must be recognised. has_text: whether something can be read without that.
    """

    kind: str
    pages: int = 0
    scanned: tuple[int, ...] = ()
    has_text: bool = True


def survey(kind: str, data: bytes, limits: Limits) -> Survey:
    """Look at a document. Raises DocumentRefused where it is damaged, encrypted, or has too many pages."""
    if kind in PICTURES:
        with _open_picture(kind, data, limits) as image:
            count = _frames(image)
        if count > limits.max_ocr_pages:
            raise DocumentRefused("too_many_pages", pages=count, limit=limits.max_ocr_pages)
        return Survey(kind, count, tuple(range(1, count + 1)), has_text=False)
    return _survey_pdf(data, limits) if kind == "pdf" else Survey(kind)


def draw(kind: str, data: bytes, number: int, turn: int, target: Path, limits: Limits) -> float:
    """Write page `number` (from 1), turned clockwise by `turn` degrees, as a grey picture in PGM.

    Returns its resolution in dots per inch. Raises DocumentRefused: damaged, too_big.
    """
    return (_draw_picture if kind in PICTURES else _draw_pdf)(kind, data, number, turn, target, limits)


# ---- PDF


def _survey_pdf(data: bytes, limits: Limits) -> Survey:
    document = open_pdf(data)
    try:
        count = len(document)
        if count > limits.max_pages:
            raise DocumentRefused("too_many_pages", pages=count, limit=limits.max_pages)
        scanned, has_text = [], False
        for index in range(count):
            page = document[index]
            letters = _letters(page)
            if _is_scan(page, letters):
                scanned.append(index + 1)
            elif letters:
                has_text = True
            page.close()
    except pdfium.PdfiumError:
        raise DocumentRefused("damaged", format="PDF") from None
    finally:
        document.close()
    if len(scanned) > limits.max_ocr_pages:
        raise DocumentRefused("too_many_pages", pages=len(scanned), limit=limits.max_ocr_pages)
    return Survey("pdf", count, tuple(scanned), has_text)


def _letters(page: Any) -> str:
    text = page.get_textpage()
    found = text.get_text_bounded() if 0 < text.count_chars() < 20_000 else "x" * text.count_chars()
    text.close()
    return "".join(re.findall(r"[^\W\d_]+|\s", found)).strip()


def _is_scan(page: Any, letters: str) -> bool:
    """No letters but something drawn; or a picture of the page with only a stamp's letters on it, or with letters
    that a recognition without Vietnamese left behind it (whole pages without one accented word)."""
    if not letters:
        return _draws(page)
    few = len(letters) < _FEW_LETTERS
    foreign = (
        not few
        and len(letters) < 20_000
        and legacy.share_of_syllables(letters)[1] * 10 < len(letters.split())
    )
    return (few or foreign) and _covered(page) >= _COVERED


def _draws(page: Any) -> bool:
    drawn = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING)
    return any(found.type in drawn for found in page.get_objects(max_depth=3))


def _covered(page: Any) -> float:
    """The share of the page that pictures cover; a scan may be cut into strips."""
    left, bottom, right, top = page.get_bbox()
    whole = max((right - left) * (top - bottom), 1.0)
    area = 0.0
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        x1, y1, x2, y2 = found.get_bounds()
        area += max(min(x2, right) - max(x1, left), 0.0) * max(min(y2, top) - max(y1, bottom), 0.0)
    return float(area / whole)


def _draw_pdf(_kind: str, data: bytes, number: int, turn: int, target: Path, limits: Limits) -> float:
    document = open_pdf(data)
    try:
        page = document[number - 1]
        width, height = max(page.get_width(), 1.0), max(page.get_height(), 1.0)
        scale = min(limits.ocr_dpi / 72, (limits.page_pixels / (width * height)) ** 0.5)
        bitmap = page.render(scale=scale, rotation=turn, grayscale=True)
        wide, high = bitmap.width, bitmap.height
        rows = memoryview(bitmap.buffer).cast("B")
        with target.open("wb") as out:
            out.write(b"P5\n%d %d\n255\n" % (wide, high))
            for row in range(high):
                out.write(rows[row * bitmap.stride : row * bitmap.stride + wide])
    except (pdfium.PdfiumError, IndexError):
        raise DocumentRefused("damaged", format="PDF") from None
    finally:
        document.close()
    return float(scale * 72)


# ---- pictures


def _open_picture(kind: str, data: bytes, limits: Limits) -> Any:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = limits.max_picture_pixels
    try:
        return Image.open(io.BytesIO(data), formats=(PICTURES[kind],))
    except MemoryError:
        raise
    except Image.DecompressionBombError:
        raise _too_large(limits) from None
    except Exception:  # decoders fail with whatever the damaged bytes led them to
        raise DocumentRefused("damaged", format=PICTURES[kind]) from None


def _too_large(limits: Limits) -> DocumentRefused:
    return DocumentRefused("too_big", limit=f"{limits.max_picture_pixels // 1_000_000} megapixel")


def _frames(image: Any) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:
        raise DocumentRefused("damaged", format=str(image.format)) from None


def _draw_picture(kind: str, data: bytes, number: int, turn: int, target: Path, limits: Limits) -> float:
    from PIL import Image, ImageOps

    with _open_picture(kind, data, limits) as image:
        try:
            if number > 1:
                image.seek(number - 1)
            if image.width * image.height > limits.max_picture_pixels:
                raise _too_large(limits)
            grey = _grey(ImageOps.exif_transpose(image), Image)
            grey = _fitted(grey.rotate(-turn, expand=True), limits, Image)
            grey.save(target, format="PPM")  # one channel: PGM
        except (DocumentRefused, MemoryError):
            raise
        except Exception:
            raise DocumentRefused("damaged", format=PICTURES[kind]) from None
    return float(min(grey.size) / A4_WIDTH * 72)


def _grey(image: Any, pillow: Any) -> Any:
    """Grey on white: what is transparent is paper."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256)
    elif image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        paper = pillow.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    return image.convert("L")


def _fitted(image: Any, limits: Limits, pillow: Any) -> Any:
    """Small pictures (a photograph that went through a messenger) are enlarged, huge ones reduced."""
    wide, high = image.size
    scale = max(1.0, _LEAST_WIDTH / max(min(wide, high), 1))
    scale = min(scale, 3.0, (limits.page_pixels / (wide * high)) ** 0.5)
    if abs(scale - 1) < 0.02:
        return image
    size = (max(round(wide * scale), 1), max(round(high * scale), 1))
    return image.resize(size, pillow.Resampling.LANCZOS)
