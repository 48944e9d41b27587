"""What happens to pages after they are published: edits, withdrawals, and the sites' small oddities."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from demo.chance import Chance
from demo.page import File, Page
from demo.sources import BY_ID, LAST_DAY

_UPDATES = (
    "Thông tin trong bài được bổ sung số điện thoại liên hệ theo đề nghị của bạn đọc.",
    "Bài viết được cập nhật sau khi Ban Biên tập nhận thêm số liệu của địa phương.",
    "Tòa soạn đính chính tên một đại biểu ở bản đăng đầu tiên, mong bạn đọc thông cảm.",
)
CAPTIONS = (
    "Quang cảnh buổi làm việc tại {place}",
    "Các đại biểu chụp ảnh lưu niệm",
    "Đông đảo người dân {place} tham gia",
    "Một góc {place}. Ảnh minh họa",
    "Đoàn công tác kiểm tra thực tế",
)
# Platform -> (share of pages with an edit, share of edits that add a paragraph). NukeViet tells an edit on every page.
_EDITED = {"nukeviet": (1.0, 0.15), "onecms": (0.12, 1.0), "wordpress": (0.12, 1.0)}
_LATEST_EDIT_MINUTES = 12 * 24 * 60
_WITHDRAWN = {
    "bhd_cu": 1,
    "bao_hai_duong": 3,
    "cong_ttdt": 1,
    "vienkiemsat": 1,
    "cdn": 1,
    "thanhmien": 1,
    "ninhgiang": 1,
    "haiduongtv": 1,
}
_DAYS_UNTIL_WITHDRAWN = 9
_PINNED = {"bhd_cu": 1, "cong_ttdt": 1, "cdn": 1, "thanhmien": 1, "ninhgiang": 1}
_DECOMPOSED = {"cong_ttdt": 2, "thanhmien": 3, "ninhgiang": 3, "haiduongtv": 2}
# Portals publish some documents as files behind a page with nothing but a title, a date and a link.
_AS_PDF, _AS_DOCX = {"cong_ttdt": 2}, {"cong_ttdt": 1}
_PHOTO_ONLY = {"bao_hai_duong": 1, "haiduongtv": 1}


def edited(page: Page, chance: Chance) -> Page:
    """The page with its last edit, where it has one."""
    rng = chance.of("edit", page.source_id, page.path)
    share, with_text = _EDITED.get(BY_ID[page.source_id].platform, (0.0, 0.0))
    modified = page.published_at + timedelta(minutes=rng.randint(25, _LATEST_EDIT_MINUTES))
    if rng.random() >= share or modified.date() > LAST_DAY:
        return page
    update = rng.choice(_UPDATES) if rng.random() < with_text else ""
    # Only NukeViet mistakes the edit for the publication in what it tells machines.
    wrong = ("wrong_machine_date",) if share == 1 else ()
    return replace(
        page, modified_at=modified, update=update, traps=(*page.traps, *wrong, *(("updated",) if update else ()))
    )


def marked(pages: Sequence[Page], chance: Chance) -> list[Page]:
    """Withdraw, pin, decompose and empty some pages, each at most once."""
    return _Marking(pages, chance).done()


class _Marking:
    def __init__(self, pages: Sequence[Page], chance: Chance) -> None:
        self._chance = chance
        self._pages = {(p.source_id, p.path): p for p in pages}
        self._taken: set[tuple[str, str]] = set()
        clusters = [p.cluster for p in pages]
        self._single = {c for c in clusters if clusters.count(c) == 1}

    def done(self) -> list[Page]:
        # A withdrawn or emptied original would leave its reprints without a cause.
        self._mark("withdrawn", _WITHDRAWN, lambda p: p.cluster in self._single, self._withdraw)
        self._mark(
            "photo_only", _PHOTO_ONLY, lambda p: p.cluster in self._single and p.relevance == "none", _photo_only
        )
        self._mark("pinned", _PINNED, lambda p: p.section != BY_ID[p.source_id].work_section, _pin)
        self._mark("nfd_title", _DECOMPOSED, lambda p: not p.decomposed, _decompose)
        self._mark("file_pdf", _AS_PDF, self._is_document, lambda p: _as_file(p, "pdf"))
        self._mark("file_docx", _AS_DOCX, self._is_document, lambda p: _as_file(p, "docx"))
        return list(self._pages.values())

    def _mark(
        self, trap: str, numbers: dict[str, int], fits: Callable[[Page], bool], change: Callable[[Page], Page]
    ) -> None:
        for source_id, number in numbers.items():
            free = [
                key
                for key, page in self._pages.items()
                if page.source_id == source_id and page.reachable == "yes" and key not in self._taken and fits(page)
            ]
            for key in self._chance.of(trap, source_id).sample(free, number):
                self._taken.add(key)
                page = self._pages[key]
                self._pages[key] = replace(change(page), traps=(*page.traps, trap))

    def _is_document(self, page: Page) -> bool:
        return page.genre in ("van_ban", "thong_bao") and page.cluster in self._single and not page.decomposed

    def _withdraw(self, page: Page) -> Page:
        gone_on = min(page.published_at.date() + timedelta(days=_DAYS_UNTIL_WITHDRAWN), LAST_DAY)
        status = self._chance.of("gone", page.path).choice((404, 410))
        return replace(page, gone_on=gone_on, gone_status=status, reachable="withdrawn")


def _photo_only(page: Page) -> Page:
    return replace(
        page, genre="anh", paragraphs=(), update="", captions=tuple(c.format(place=page.place) for c in CAPTIONS)
    )


def _as_file(page: Page, file: File) -> Page:
    return replace(page, file=file, author="", captions=())


def _pin(page: Page) -> Page:
    return replace(page, pinned=True)


def _decompose(page: Page) -> Page:
    return replace(page, shown_title=unicodedata.normalize("NFD", page.title))
