"""Letters and plans as .docx in the layout of Nghị định 30/2020/NĐ-CP (Appendix I).

What only the registry clerk may fill in (number, day) stays blank where the caller gives none. Equal arguments give
equal bytes. `letter_parts` holds what they are made of, `word_page` how a page looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.documents.letter_parts import (
    Appendix,
    Block,
    Citation,
    Head,
    Heading,
    Signature,
    Table,
    Text,
    date_line,
    number_line,
)
from app.documents.word_page import (
    CENTRE,
    new_document,
    to_bytes,
    write_addressees,
    write_blocks,
    write_foot,
    write_head,
    write_paragraph,
    write_rule,
)

__all__ = [
    "Appendix",
    "Block",
    "Citation",
    "Head",
    "Heading",
    "Signature",
    "Table",
    "Text",
    "date_line",
    "number_line",
    "plan_document",
    "urging_letter",
]


def plan_document(
    head: Head,
    title: Sequence[str],
    body: Sequence[Block],
    signature: Signature,
    recipients: Sequence[str],
    after: Sequence[Block] = (),
    kind: str = "KẾ HOẠCH",
) -> bytes:
    """A plan (or another document with a type name) as .docx.

    title: the lines of the subject under the type name. recipients: the lines of «Nơi nhận», without dashes.
    after: appendices, behind the signature.
    """
    document = new_document(head, " ".join((kind, *title)))
    write_head(document, head)
    write_paragraph(document, kind, bold=True, align=CENTRE, indent=False, before=14)
    write_paragraph(document, "\n".join(title), bold=True, align=CENTRE, indent=False, before=0)
    write_rule(document)
    write_blocks(document, body)
    write_foot(document, signature, recipients)
    write_blocks(document, after)
    return to_bytes(document)


def urging_letter(
    *,
    head: Head,
    signature: Signature,
    recipients: Sequence[str],
    plan: Citation,
    report: str,
    plan_words: str,
    due_on: date,
    as_of: date,
    addressees: Sequence[str],
    new_due_on: date,
    receiver: str,
    contact: str,
    requested: bool = False,
) -> bytes:
    """A draft letter that urges agencies to send a report, as .docx (handbook: three paragraphs and a closing).

    report: what is missing («báo cáo 6 tháng đầu năm 2026»). plan_words: the words of the plan («trước ngày 15/6»).
    due_on: the last compliant day, counted. as_of: the day on which nothing had come. addressees: who owes it.
    new_due_on: until when it is asked for now. contact: name, telephone or address of the receiver.
    requested: True for bodies that are asked («đề nghị») and not commanded («yêu cầu»): never mix them in a letter.
    """
    if not addressees:
        raise ValueError("a letter needs at least one addressee")
    document = new_document(head, head.about)
    write_head(document, head)
    write_addressees(document, addressees)
    write_paragraph(
        document,
        f"Thực hiện {plan}, các cơ quan, đơn vị gửi {report} {plan_words} (hạn cuối {due_on:%d/%m/%Y}).",
    )
    missing = "; ".join(addressees)
    write_paragraph(
        document, f"Đến ngày {as_of:%d/%m/%Y}, {receiver} chưa nhận được {report} của: {missing}."
    )
    if requested:
        write_paragraph(
            document,
            f"Trân trọng đề nghị các cơ quan, đơn vị quan tâm, phối hợp, gửi {report} về {receiver} "
            f"chậm nhất ngày {new_due_on:%d/%m/%Y} để tổng hợp. Đầu mối liên hệ: {contact}.",
        )
        write_paragraph(document, "Rất mong nhận được sự quan tâm, phối hợp của các cơ quan, đơn vị./.")
    else:
        write_paragraph(
            document,
            f"Yêu cầu các cơ quan, đơn vị có tên trên khẩn trương gửi {report} về {receiver} "
            f"chậm nhất ngày {new_due_on:%d/%m/%Y} để tổng hợp, đồng thời nêu rõ lý do chậm gửi. "
            f"Đầu mối liên hệ: {contact}.",
        )
        write_paragraph(document, "Yêu cầu các cơ quan, đơn vị nghiêm túc thực hiện./.")
    write_foot(document, signature, recipients)
    return to_bytes(document)
