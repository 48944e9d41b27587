"""Endless text, the same for the same name: syllables drawn by a hash, for pages that only need to differ.

Drawn singly, so that five in a row hardly ever meet again and no two pages look like copies of each other.
"""

import unicodedata
from functools import cache
from hashlib import shake_128

# At least 128, so that seven bits of a byte choose one.
_SYLLABLES = str.split("""
    an anh ao bàn bạn bảng bao bến biển bình bông bưởi bút cà cam cánh cao cầu cây chanh chèo chiều chim chợ chuông cỏ
    cờ cơm cửa cúc dâu dừa đá đàn đất đèn đê đò đồi đông đồng đường ga gạch gạo gió giếng gỗ gốm gừng hạ hạt hoa hồ
    hồng huệ hương kênh kèn khăn khế khoai kho lá làng lạc lanh lúa lụa lưới lý mai mái mành mật mây me mía mít mơ mưa
    mực na nắng nấm ngõ ngói ngô nhà nhãn nón nồi nước ổi ong phố phượng quạt quế rau rổ ruộng sáo sân sao sắn sen
    sông sương tằm tàu than thảm thêu thu thuyền tơ tỏi tranh tre trống trúc vải vàng vườn xanh xoan xuân yến
""")
_OF_BYTE = [_SYLLABLES[n & 127] for n in range(256)]
_FIRST_OF_BYTE = [s.capitalize() for s in _OF_BYTE]
_SENTENCE = 14


def syllables(name: str, count: int) -> list[str]:
    """So many syllables, drawn by the name."""
    return [_OF_BYTE[b] for b in shake_128(name.encode()).digest(count)]


def headline(name: str) -> str:
    """A headline of eight syllables."""
    return " ".join(syllables(name, 8)).capitalize()


def paragraph(name: str, count: int) -> str:
    """Sentences of fourteen syllables, `count` syllables in all."""
    drawn = shake_128(name.encode()).digest(count)
    rest = _OF_BYTE.__getitem__
    return " ".join(
        f"{_FIRST_OF_BYTE[drawn[at]]} {' '.join(map(rest, drawn[at + 1 : at + _SENTENCE]))}."
        for at in range(0, count, _SENTENCE)
    )


def slug(text: str) -> str:
    """The text as it stands in an address: no marks, hyphens for spaces."""
    return "-".join(map(_bare, text.lower().split()))


@cache
def _bare(syllable: str) -> str:
    apart = unicodedata.normalize("NFD", syllable.replace("đ", "d"))
    return "".join(c for c in apart if c.isascii())
