"""A writer of plain pieces, for tests that look at the drawing and the serving rather than at the texts."""

import random

from demo.writing import Brief, Piece

_NAMED = "Đề án “Phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất kinh doanh” theo Quyết định 1584/QĐ-UBND"
_WORDS = ["lao động", "nghề", "học sinh", "doanh nghiệp", "huyện", "công nhân", "lớp", "trường", "cơ khí", "việc làm"]


def compose(brief: Brief, rng: random.Random) -> Piece:
    """Words in no order, with the programme's name where the brief asks for it."""

    def sentence(length: int) -> str:
        return " ".join(rng.choices(_WORDS, k=length)).capitalize() + f" {rng.randint(100, 999)}"

    named = [f"{_NAMED} của tỉnh Hải Dương tại {brief.place}."] if brief.relevance == "explicit" else []
    return Piece(
        title=f"{brief.place}: {sentence(7)}",
        lead=f"{sentence(20)} tại {brief.place}.",
        paragraphs=(*[". ".join(sentence(14) for _ in range(3)) + "." for _ in range(6)], *named),
        author=rng.choice(("Nguyễn Thử", "Trần Mẫu", "")),
        tags=("lao động", brief.place),
        section="",
    )
