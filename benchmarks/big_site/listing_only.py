"""A NukeViet-like site without feed or sitemap: sections with page numbers, pinned items, print copies as bait."""

import re
from collections.abc import Sequence
from functools import cache

from benchmarks.big_site import words
from benchmarks.big_site.site import Reply, Site
from benchmarks.big_site.spec import SiteSpec

_PER_PAGE = 20
# So many posts a section and no more, so that even of 50,000 none is deeper than a real one.
_PER_SECTION = 2_000
_FEWEST_SECTIONS = 6
# The oldest posts of a section head each of its pages; readers of the site scroll past them.
_PINNED = 3
_CLOSED_SECTION = "noi-bo"
# NukeViet numbers its posts from the first installation on.
_FIRST_ID = 10_000

_POST = re.compile(r"^/vi/news/(?P<second>print/|savefile/)?[a-z0-9-]+/[a-z0-9-]+-(?P<id>\d+)\.html$")
_SECTION = re.compile(r"^/vi/news/(?P<name>[a-z0-9-]+)/(?:page-(?P<page>\d+)/)?$")


class ListingOnly(Site):
    """One such site; see `Site`."""

    closed = re.compile(r"^/(?:vi/news/savefile/|admin/|vi/news/noi-bo/(?!cong-khai-))")

    def __init__(self, spec: SiteSpec, base_url: str) -> None:
        super().__init__(spec, base_url)
        self._sections = [f"chuyen-muc-{n}" for n in range(1, 1 + max(_FEWEST_SECTIONS, spec.articles // _PER_SECTION))]
        self._furniture: tuple[int, str] = (-1, "")

    def path(self, number: int) -> str:
        """See `Site`."""
        if self.shelf.is_closed(number):
            return _path(_CLOSED_SECTION, "", number)
        if self.shelf.is_opened(number):
            return _path(_CLOSED_SECTION, "cong-khai-", number)
        return _path(self._sections[number % len(self._sections)], "", number)

    def _stands_in(self, number: int) -> set[str]:
        """Sections that list a post: every third stands in two."""
        count = len(self._sections)
        second = number // count % count if number % 3 == 0 else number % count
        return {self._sections[number % count], self._sections[second]}

    def page(self, path: str, query: dict[str, str]) -> Reply | None:
        """See `Site`."""
        del query
        if path == "/robots.txt":
            return Reply(200, self._robots, "text/plain")
        if path in ("/", "/vi/", "/vi/news/"):
            newest = self.shelf.alive()[:_PER_PAGE]
            return Reply(200, lambda: self._frame("Trang chủ", self._rows(newest)))
        if (match := _POST.match(path)) is not None:
            return self._post_at(path, match["second"] or "", int(match["id"]) - _FIRST_ID)
        if (match := _SECTION.match(path)) is not None:
            return self._section(match["name"], int(match["page"] or 1))
        if path.startswith("/vi/news/tag/"):
            return Reply(200, lambda: self._frame("Tag", self._rows(self.shelf.alive()[5:10])))
        return None

    def _post_at(self, path: str, second: str, number: int) -> Reply | None:
        if not 1 <= number <= self.shelf.count or path.replace(second, "", 1) != (own := self.path(number)):
            return None
        if second:
            copy = f"<h1>{self.shelf.title(number)}</h1>{self._text(number)}"
            return Reply(200, lambda: self._frame("Bản in", copy))
        return self.post(number, lambda: self._article(number, own))

    def _article(self, number: int, path: str) -> bytes:
        shelf = self.shelf
        title, at = shelf.title(number), shelf.published(number)
        if shelf.is_protected(number):
            body = (
                '<div class="alert alert-warning">Nội dung được bảo vệ, vui lòng đăng nhập để xem</div><form '
                'method="post" action="/vi/users/login/"><input name="nv_login">'
                '<input type="password" name="nv_password"></form>'
            )
        else:
            body = self._text(number)
        older, newer = shelf.beside(number)
        others = "".join(f'<li><a href="{self.path(n)}">{shelf.title(n)}</a></li>' for n in (newer, older) if n)
        prints = path.replace("/vi/news/", "/vi/news/print/", 1)
        saves = path.replace("/vi/news/", "/vi/news/savefile/", 1)
        lead = "" if shelf.is_protected(number) else words.paragraph(f"post {number} lead", 30)
        main = (
            '<div class="news_column panel panel-default"><div class="panel-body"><h1 class="title margin-bottom-lg" '
            f'itemprop="headline">{title}</h1><div class="row"><span class="h5">{at:%d/%m/%Y %H:%M}</span><ul><li><a '
            f'rel="nofollow" href="{prints}">In ra</a></li><li><a rel="nofollow" href="{saves}">Lưu bài</a></li></ul>'
            f'</div><div class="clearfix"><div class="hometext m-bottom">{lead}</div></div><div id="news-bodyhtml" '
            f'class="bodytext margin-bottom-lg">{body}</div><p class="h5 text-right"><strong>Tác giả: </strong>Ban '
            f'biên tập</p></div></div><div class="news_column"><a href="/vi/news/tag/nhan-{number % 40}/">nhãn'
            "</a></div>"
            f'<div class="other-news"><ul class="related">{others}</ul></div>'
        )
        return self._frame(title, main)

    def _text(self, number: int) -> str:
        size = 40 + number * 37 % 60
        kept = "".join(f"<p>{words.paragraph(f'post {number} {part}', size)}</p>" for part in range(4 + number % 5))
        return f"{kept}<p>{words.paragraph(f'post {number} version {self.shelf.version(number)}', size)}</p>"

    def _section(self, name: str, page: int) -> Reply | None:
        if name not in self._sections:
            return None
        numbers = self.shelf.group(name, lambda n: name in self._stands_in(n))
        if page < 1 or (page > 1 and (page - 1) * _PER_PAGE >= len(numbers)):
            return None
        return Reply(200, lambda: self._list(name, page, numbers))

    def _list(self, name: str, page: int, numbers: Sequence[int]) -> bytes:
        shown = numbers[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        last = -(-len(numbers) // _PER_PAGE)
        pages = sorted({1, max(1, page - 1), page, min(last, page + 1), last})
        pager = "".join(f'<li><a href="/vi/news/{name}/{f"page-{n}/" if n > 1 else ""}">{n}</a></li>' for n in pages)
        main = f'{self._rows([*numbers[-_PINNED:], *shown])}<ul class="pagination">{pager}</ul>'
        return self._frame(f"{name} – trang {page}", main)

    def _rows(self, numbers: Sequence[int]) -> str:
        shelf = self.shelf
        return "".join(
            f'<div class="news_column"><h3><a href="{self.path(n)}" title="{shelf.title(n)}">{shelf.title(n)}</a></h3>'
            f'<span class="time">{shelf.published(n):%d/%m/%Y %H:%M}</span>'
            f"<p>{words.paragraph(f'post {n} lead', 30)}</p></div>"
            for n in numbers
        )

    def _frame(self, title: str, main: str) -> bytes:
        if self._furniture[0] != self.shelf.stirred:
            self._furniture = (self.shelf.stirred, self._menus())
        return (
            '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="generator" content="NukeViet v4.5">'
            f"<title>{title}</title><style>{_STYLE}</style></head><body>{self._furniture[1]}"
            f"<main>{main}</main></body></html>"
        ).encode()

    def _menus(self) -> str:
        sections = [*self._sections, _CLOSED_SECTION]
        menu = "".join(f'<li><a href="/vi/news/{s}/">{s}</a></li>' for s in sections)
        return (
            f'<header><nav><ul class="menu">{menu}<li><a href="/vi/contact/">Liên hệ</a></li><li>'
            '<a href="/admin/">Quản '
            f"trị</a></li></ul></nav></header><aside><p>Lượt truy cập: {1000 + self.shelf.stirred * 17}</p>"
            f"<p>{words.paragraph('aside', 200)}</p></aside>"
        )

    def _robots(self) -> bytes:
        delay = f"Crawl-delay: {self.spec.crawl_delay_s:g}\n" if self.spec.crawl_delay_s else ""
        return (
            f"User-agent: *\n{delay}Disallow: /vi/news/savefile/\nDisallow: /admin/\n"
            f"Disallow: /vi/news/{_CLOSED_SECTION}/\n"
            f"Allow: /vi/news/{_CLOSED_SECTION}/cong-khai-\n"
        ).encode()


_STYLE = "".join(
    f".panel-{n}{{margin:{n}px auto;padding:{n % 7}em;color:#{n * 4999 % 0xFFFFFF:06x}}}" for n in range(120)
)


@cache
def _path(section: str, prefix: str, number: int) -> str:
    return f"/vi/news/{section}/{prefix}{words.slug(words.headline(f'title {number}'))}-{_FIRST_ID + number}.html"
