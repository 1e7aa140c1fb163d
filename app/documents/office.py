"""Old and foreign word-processor files (.doc, .odt, .rtf) become .docx through LibreOffice, within limits.

It runs with a profile of its own that is thrown away: macros never run, links are never followed, nothing is
fetched, and two conversions do not wait for each other.
"""

from __future__ import annotations

from pathlib import Path

from app.documents.models import Limits
from app.documents.programs import Bounds, Missing, find, run
from app.documents.refusals import DocumentRefused

OFFICE_KINDS = ("doc", "odt", "rtf")

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
{}</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),  # never
    ("Office.Common/Misc", "UseLocking", "false"),
    ("Office.Recovery/RecoveryInfo", "Enabled", "false"),
)


def office_available() -> Missing | None:
    """What must be installed before such a file can be read, or None."""
    return (
        None
        if find("soffice", "libreoffice")
        else Missing("office_missing", "LibreOffice (libreoffice-writer)")
    )


def convert(data: bytes, kind: str, limits: Limits, folder: Path) -> bytes:
    """The .docx that LibreOffice makes of a file of one of OFFICE_KINDS. `folder` is private.

    Raises DocumentRefused: office_missing, timeout, too_big, damaged (LibreOffice could not open it).
    """
    program = find("soffice", "libreoffice")
    if program is None:
        raise Missing("office_missing", "LibreOffice (libreoffice-writer)").refused(kind.upper())
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    settings = "".join(_ITEM.format(*setting) for setting in _SETTINGS)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE.format(settings), "utf-8")
    source, made = folder / f"document.{kind}", folder / "made"
    source.write_bytes(data)
    made.mkdir()
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--invisible",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nologo",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(made),
        str(source),
    ]
    bounds = Bounds(limits.office_seconds, limits.program_memory_bytes, limits.max_unpacked)
    if run(command, folder, bounds) is None:
        raise DocumentRefused("timeout", seconds=round(limits.office_seconds))
    answer = made / "document.docx"
    if not answer.exists():
        raise DocumentRefused("damaged", format=kind.upper())
    if answer.stat().st_size > limits.max_bytes:
        raise DocumentRefused("too_big", limit=f"{limits.max_bytes / 1024 / 1024:.0f} MB")
    return answer.read_bytes()
