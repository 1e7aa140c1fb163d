"""Makes the scans and old office files in fixtures/ from a sample plan of the demonstration. Run by hand when its
words change; needs LibreOffice and the fonts that stand in for Times New Roman (fonts-liberation):

python -m tests.documents.make_scans
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageFilter

from app.demo.plans import build_sample_plans

FIXTURES = Path(__file__).with_name("fixtures")
THE_DAY = date(2026, 11, 25)  # the day of the demonstration: it settles the years in the plan


def sample_plan(folder: Path) -> Path:
    """The emulation plan: agencies, a registration with two bodies, half-year and annual reports."""
    return next(plan.path for plan in build_sample_plans(THE_DAY, folder) if plan.key == "thi_dua")


def converted(source: Path, form: str, folder: Path) -> Path:
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", form,
         "--outdir", str(folder), str(source)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    return folder / f"{source.stem}.{form.split(':')[0]}"


def scanned(page: Image.Image, tilt: float, seed: int) -> Image.Image:
    """The page as a copier in an office would give it: a little askew, a little soft, with dust."""
    chance = random.Random(seed)
    sheet = page.rotate(tilt, resample=Image.Resampling.BICUBIC, fillcolor=255).filter(
        ImageFilter.GaussianBlur(0.6)
    )
    grain = Image.effect_noise(sheet.size, 18).point(lambda value: 255 - abs(value - 128))
    sheet = ImageChops.multiply(sheet, grain)
    for _ in range(120):
        x, y = chance.randrange(sheet.width - 3), chance.randrange(sheet.height - 3)
        sheet.paste(chance.randrange(40, 140), (x, y, x + chance.randrange(1, 3), y + chance.randrange(1, 3)))
    return sheet


def pages_of(pdf: Path, dpi: int) -> list[Image.Image]:
    document = pdfium.PdfDocument(pdf)
    return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = sample_plan(folder / "plans")
        pdf = converted(plan, "pdf", folder)
        pages = pages_of(pdf, 200)
        sheets = [
            scanned(page, tilt, seed).point(lambda value: 255 * (value > 150)).convert("1")
            for seed, (page, tilt) in enumerate(zip(pages, (0.7, -0.5, 0.3, -0.4), strict=False))
        ]
        sheets[0].save(FIXTURES / "scanned_plan.pdf", save_all=True, append_images=sheets[1:], resolution=200)
        photo = scanned(pages_of(pdf, 150)[0], -0.9, 7)
        photo.save(FIXTURES / "photographed_page.jpg", quality=35)
        for form in ("odt", "rtf", "doc:MS Word 97"):
            made = converted(plan, form, folder)
            made.rename(FIXTURES / f"emulation_plan{made.suffix}")


if __name__ == "__main__":
    main()
