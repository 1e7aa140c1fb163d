"""Names of bodies in heads: a line of a plan, the names it must yield, the words that follow."""

from __future__ import annotations

import pytest

from app.planreader.mentions.heads import head_of

HEADS = [
    # one body, in every shape of a head
    ("Sở Y tế", ["Sở Y tế"], ""),
    ("Sở Y tế: Chủ trì hướng dẫn", ["Sở Y tế"], "Chủ trì hướng dẫn"),
    ("Sở Y tế chủ trì hướng dẫn", ["Sở Y tế"], "chủ trì hướng dẫn"),
    ("Giao Công an tỉnh có trách nhiệm theo dõi", ["Công an tỉnh"], "có trách nhiệm theo dõi"),
    ("Trách nhiệm của Sở Công Thương:", ["Sở Công Thương"], ""),
    ("Đối với UBND các xã", ["UBND các xã"], ""),
    ("UBND tỉnh giao Sở Xây dựng chủ trì", ["Sở Xây dựng"], "chủ trì"),
    # a role and a bracket are no part of the name
    ("Sở Nội vụ - Cơ quan thường trực Hội đồng", ["Sở Nội vụ"], ""),
    ("Sở Nội vụ (cơ quan thường trực): Tổng hợp", ["Sở Nội vụ"], "Tổng hợp"),
    # names that hold commas and «và»
    ("Sở Văn hóa, Thể thao và Du lịch: Tuyên truyền", ["Sở Văn hóa, Thể thao và Du lịch"], "Tuyên truyền"),
    (
        "Trung tâm Xúc tiến Đầu tư, Thương mại và Du lịch: Mời gọi",
        ["Trung tâm Xúc tiến Đầu tư, Thương mại và Du lịch"],
        "Mời gọi",
    ),
    ("Văn phòng HĐND và UBND huyện đôn đốc", ["Văn phòng HĐND và UBND huyện"], "đôn đốc"),
    ("Báo và Phát thanh, Truyền hình tỉnh", ["Báo và Phát thanh, Truyền hình tỉnh"], ""),
    # bodies side by side
    (
        "Sở Tài chính, Sở Nội vụ và Thanh tra tỉnh phối hợp",
        ["Sở Tài chính", "Sở Nội vụ", "Thanh tra tỉnh"],
        "phối hợp",
    ),
    ("Phòng Y tế; Trung tâm Y tế huyện", ["Phòng Y tế", "Trung tâm Y tế huyện"], ""),
    (
        "Các sở: Y tế, Nội vụ, Giáo dục và Đào tạo: Thực hiện",
        ["Sở Y tế", "Sở Nội vụ", "Sở Giáo dục và Đào tạo"],
        "Thực hiện",
    ),
    # one collective phrase is one row
    ("Các sở, ban, ngành, đoàn thể tỉnh", ["Các sở, ban, ngành, đoàn thể tỉnh"], ""),
    (
        "Các cơ quan, đơn vị, địa phương căn cứ Kế hoạch",
        ["Các cơ quan, đơn vị, địa phương"],
        "căn cứ Kế hoạch",
    ),
    ("UBND 9 huyện, thị xã, thành phố: Rà soát", ["UBND 9 huyện, thị xã, thành phố"], "Rà soát"),
    # a group that only announces its members
    (
        "Các tổ chức chính trị - xã hội: Hội Nông dân tỉnh, Tỉnh đoàn vận động",
        ["Hội Nông dân tỉnh", "Tỉnh đoàn"],
        "vận động",
    ),
    # an opening clause before the subject
    ("Trên cơ sở Kế hoạch này, các sở, ngành xây dựng", ["các sở, ngành"], "xây dựng"),
    (
        "Các đơn vị được giao chủ trì có trách nhiệm báo cáo",
        ["Các đơn vị được giao chủ trì"],
        "có trách nhiệm báo cáo",
    ),
    # capitals
    ("CÔNG AN HUYỆN, UBND CÁC XÃ", ["CÔNG AN HUYỆN", "UBND CÁC XÃ"], ""),
]

NO_HEADS = [
    "Ban hành văn bản hướng dẫn",
    "Tổ chức hội nghị tổng kết",
    "Báo cáo kết quả về UBND tỉnh",
    "Hội nghị triển khai Kế hoạch",
    "Xây dựng kế hoạch của địa phương",
    "Kinh phí thực hiện",
    "Đoàn kết, thống nhất trong thực hiện",
    "Trong quá trình thực hiện, nếu có vướng mắc, các cơ quan phản ánh",
]


@pytest.mark.parametrize(("line", "names", "rest"), HEADS)
def test_a_head_yields_its_bodies_and_the_duty(line: str, names: list[str], rest: str) -> None:
    head = head_of(line)
    assert head is not None
    assert list(head.names) == names
    assert line[head.rest :] == rest


@pytest.mark.parametrize("line", NO_HEADS)
def test_a_line_that_names_no_body_is_no_head(line: str) -> None:
    assert head_of(line) is None


@pytest.mark.parametrize(
    "line", ["Đề nghị Hội Nông dân tỉnh vận động", "Đề nghị: Hội Nông dân tỉnh", "Kính đề nghị Tỉnh đoàn:"]
)
def test_a_body_that_is_asked_is_marked_as_requested(line: str) -> None:
    head = head_of(line)
    assert head is not None
    assert head.request


def test_a_body_that_is_ordered_is_not_marked_as_requested() -> None:
    head = head_of("Giao Hội Nông dân tỉnh vận động")
    assert head is not None
    assert not head.request
