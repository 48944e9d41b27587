"""Telling pages whose text is behind a password: they are listed like any other and show a form instead."""

import re

from transforms.extract.page import Page

# What the form is headed with. Forms for comments ask to log in too, but not in order to read.
_LOCKED = re.compile(
    r"(?:được bảo vệ|yêu cầu mật khẩu|nhập mật khẩu)\b|\bđăng nhập để (?:xem|đọc|tiếp tục|truy cập)\b"
    r"|\bpassword[- ]protected\b|\blog ?in to (?:read|view|continue)\b",
    re.IGNORECASE,
)
_LINE_WORDS = 40
# So many words of text of its own, and a reader has been given something to read before the form.
_OPEN_WORDS = 40


def is_locked(page: Page) -> bool:
    """Whether the page asks for a password where its text should stand."""
    if all((field.get("type") or "").lower() != "password" for field in page.tree.iter("input")):
        return False
    before = 0
    for block in page.after_anchor() or page.blocks:
        if page.is_furniture(block.element):
            continue
        if block.words <= _LINE_WORDS and _LOCKED.search(block.text):
            return before < _OPEN_WORDS
        if not block.is_mostly_linked and block.words >= _OPEN_WORDS // 4:
            before += block.words
    return False
