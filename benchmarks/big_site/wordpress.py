"""A WordPress-like site: dated permalinks, feed, sitemaps, listings of every kind, and all that is no article."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC
from functools import cache
from hashlib import sha256

from benchmarks.big_site import words
from benchmarks.big_site.site import XML, Reply, Site, http_date
from benchmarks.big_site.spec import SiteSpec

_PER_PAGE = 10
_PER_SITEMAP = 2_000
_CATEGORIES = ("dao-tao", "tuyen-sinh", "viec-lam", "doan-the", "thong-bao", "hop-tac")
_AUTHORS = ("admin", "ban-bien-tap", "phong-dao-tao", "doan-truong", "cong-tac-vien")
_TAGS = tuple(words.slug(" ".join(words.syllables(f"tag {n}", 2))) + f"-{n}" for n in range(40))
_PAGES = ("gioi-thieu", "lien-he", "so-do-trang", "hoi-dap")
# One draft whose preview leaked is enough to be kept by mistake; some more show a habit.
_DRAFTS = range(900_001, 900_021)

_CLOSED = ("/wp-admin/", "/search/", "/wp-login.php")
_POST = re.compile(r"^/\d{4}/\d{2}/\d{2}/[a-z0-9-]+-(\d+)/(.*)$")
_DAY = re.compile(r"^/(\d{4})/(?:(\d{2})/(?:(\d{2})/)?)?$")
_PAGED = re.compile(r"^(?P<first>/.*?)page/(?P<number>\d+)/$")
_SITEMAP = re.compile(r"^/wp-sitemap-([a-z_-]+?)-(\d+)\.xml$")


class WordPress(Site):
    """One such site; see `Site`."""

    closed = re.compile(r"^/(?:wp-admin/|search/|wp-login\.php)|^/.*/noi-bo-(?!cong-khai-)")

    def __init__(self, spec: SiteSpec, base_url: str) -> None:
        super().__init__(spec, base_url)
        self._furniture: tuple[int, str] = (-1, "")

    def path(self, number: int) -> str:
        """See `Site`."""
        return _path(f"{self.shelf.published(number):/%Y/%m/%d/}", self._prefix(number), number)

    def _prefix(self, number: int) -> str:
        return (
            "noi-bo-" if self.shelf.is_closed(number) else "noi-bo-cong-khai-" if self.shelf.is_opened(number) else ""
        )

    def page(self, path: str, query: dict[str, str]) -> Reply | None:
        """See `Site`."""
        if (match := _POST.match(path)) is not None:
            return self._below_post(path, int(match[1]), match[2])
        if path == "/robots.txt":
            return Reply(200, self._robots, "text/plain")
        if path == "/" and "p" in query:
            return self._by_id(int(query["p"]) if query["p"].isdecimal() else 0, preview="preview" in query)
        if path == "/feed/":
            return self._feed(int(query.get("paged", "1")))
        if path == "/wp-sitemap.xml":
            return Reply(200, self._sitemap_index, XML)
        if (match := _SITEMAP.match(path)) is not None:
            return self._sitemap(match[1], int(match[2]))
        if path.strip("/") in _PAGES:
            return Reply(200, lambda: self._frame("Trang", f"<h1>Trang</h1><p>{words.paragraph(path, 120)}</p>"))
        if path.startswith("/wp-content/uploads/"):
            return Reply(200, lambda: b"\xff\xd8\xff" + b"\0" * 500, "image/jpeg")
        if path.startswith(_CLOSED):
            return Reply(200, lambda: self._frame("Đăng nhập", "<form></form>"))
        return self._listing(path)

    # Posts

    def _below_post(self, path: str, number: int, rest: str) -> Reply | None:
        """A post, its attachments and its comment feed; a wrong slug is none of them."""
        if not 1 <= number <= self.shelf.count or not path.startswith(own := self.path(number)):
            return None
        if not rest:
            return self.post(number, lambda: self._article(number, own))
        if number in self.shelf.removed:
            return None
        if re.fullmatch(r"anh-\d+/", rest):
            figure = (
                f'<h1>{rest}</h1><p class="attachment"><img src="/wp-content/uploads/{number}-{rest[:-1]}.jpg"></p>'
            )
            return Reply(200, lambda: self._frame(rest, figure))
        if rest == "feed/":
            return Reply(200, lambda: self._rss("Bình luận", ""), XML)
        return None

    def _by_id(self, number: int, *, preview: bool) -> Reply | None:
        """Short links lead to the post; drafts are shown to whoever has the leaked address of their preview."""
        if number in _DRAFTS and preview:
            body = f"<p>{words.paragraph(f'draft {number}', 300)}</p>"
            return Reply(200, lambda: self._entry(number, f"Bản nháp {number}", body, "", "/", ""))
        if 1 <= number <= self.shelf.count and number not in self.shelf.removed:
            location = (("Location", self.base_url + self.path(number)),)
            return Reply(301, lambda: b"", headers=location)
        return None

    def _article(self, number: int, path: str) -> bytes:
        shelf = self.shelf
        title = shelf.title(number)
        if shelf.is_protected(number):
            form = (
                '<form action="/wp-login.php?action=postpass" class="post-password-form" method="post"><p>Nội dung này '
                "được bảo vệ bằng mật khẩu. Để xem, vui lòng nhập mật khẩu bên dưới.</p><p><label>Mật khẩu: <input "
                'name="post_password" type="password" size="20"></label> <input type="submit" value="Vào"></p></form>'
            )
            return self._entry(number, f"Bảo vệ: {title}", form, path, path, "")
        size = 40 + number * 37 % 60
        text = (
            "".join(f"<p>{words.paragraph(f'post {number} {part}', size)}</p>" for part in range(4 + number % 5))
            + f"<p>{words.paragraph(f'post {number} version {shelf.version(number)}', size)}</p>"
        )
        figures = "".join(
            f'<figure class="wp-block-image size-large"><a href="{path}anh-{n}/"><img src="/wp-content/uploads/'
            f'{number}-anh-{n}.jpg" alt="" loading="lazy" srcset="/wp-content/uploads/{number}-anh-{n}-300x200.jpg '
            f"300w, /wp-content/uploads/{number}-anh-{n}-768x512.jpg 768w, "
            f'/wp-content/uploads/{number}-anh-{n}.jpg 1024w" '
            f'sizes="(max-width: 1024px) 100vw, 1024px"></a></figure>'
            for n in range(1, 1 + number % 9)
        )
        return self._entry(number, title, text + figures, path, path, self._around(number, path))

    def _around(self, number: int, path: str) -> str:
        """Links below a post: its neighbours, and baits of every kind."""
        older, newer = self.shelf.beside(number)
        links = [f'<a href="{self.path(older)}" rel="prev">{self.shelf.title(older)}</a>'] if older else []
        if newer:
            links.append(f'<a href="{self.path(newer)}" rel="next">{self.shelf.title(newer)}</a>')
        draft = _DRAFTS[number % len(_DRAFTS)]
        baits = (
            f'<a rel="nofollow" href="{path}?replytocom={number}#respond">Trả lời</a> '
            f'<a href="{path}?share=facebook">Chia sẻ</a> <a href="{path}feed/">RSS</a> '
            f'<a href="/?p={draft}&amp;preview=true">Xem thử</a> <a href="/?p={number}">Liên kết ngắn</a> '
            f'<a href="/wp-admin/post.php?post={number}&amp;action=edit">Sửa</a> <a href="/search/{number}/">Tìm</a>'
        )
        if number % 50 == 1:
            early = self.shelf.scheduled[number % len(self.shelf.scheduled)]
            baits += f' <a href="{self.path(early)}">{self.shelf.title(early)}</a>'
        return f'<nav class="navigation post-navigation">{" ".join(links)}</nav><div class="comment">{baits}</div>'

    def _entry(self, number: int, title: str, body: str, canonical: str, archive: str, after: str) -> bytes:
        at, changed = self.shelf.published(number), self.shelf.modified(number)
        category = _CATEGORIES[number % len(_CATEGORIES)]
        author = _AUTHORS[number % len(_AUTHORS)]
        tags = "".join(f'<a href="/tag/{_TAGS[t]}/" rel="tag">{_TAGS[t]}</a> ' for t in _tags_of(number))
        day = archive[:12] if archive != "/" else "/"
        head = (
            f'<link rel="canonical" href="{self.base_url}{canonical}"><meta property="og:type" content="article">'
            f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="'
            f'{at.isoformat(timespec="seconds")}"><meta property="article:modified_time" content="'
            f'{changed.isoformat(timespec="seconds")}">'
        )
        main = (
            f'<article id="post-{number}" class="post-{number} post type-post hentry category-{category}">'
            f'<header class="entry-header"><h1 class="entry-title">{title}</h1><div class="entry-meta"><span '
            f'class="posted-on">Đăng ngày <a href="{day}" rel="bookmark"><time class="entry-date published" '
            f'datetime="{at.isoformat(timespec="seconds")}">{at:%d/%m/%Y}</time></a></span><span class="byline"> bởi '
            f'<span class="author vcard"><a class="url fn n" href="/author/{author}/">{author}</a></span></span></div>'
            f'</header><div class="entry-content">{body}</div><footer class="entry-footer"><span class="cat-links">'
            f'<a href="/category/{category}/" rel="category tag">{category}</a></span> <span class="tags-links">{tags}'
            f"</span></footer></article>{after}"
        )
        return self._frame(title, main, head)

    # Listings

    def _listing(self, path: str) -> Reply | None:
        match = _PAGED.match(path)
        first, page = (match["first"], int(match["number"])) if match else (path, 1)
        numbers = self._listed_at(first)
        if not numbers or page < 1 or (page - 1) * _PER_PAGE >= len(numbers):
            return None
        return Reply(200, lambda: self._list(first, page, numbers))

    def _listed_at(self, first: str) -> list[int]:
        """Posts of the listing that begins there, newest first; empty for no listing."""
        shelf = self.shelf
        match first.strip("/").split("/"):
            case [""]:
                return shelf.alive()
            case ["category", name] if name in _CATEGORIES:
                place = _CATEGORIES.index(name)
                return shelf.group(first, lambda n: n % len(_CATEGORIES) == place)
            case ["author", name] if name in _AUTHORS:
                place = _AUTHORS.index(name)
                return shelf.group(first, lambda n: n % len(_AUTHORS) == place)
            case ["tag", name] if name in _TAGS:
                place = _TAGS.index(name)
                return shelf.group(first, lambda n: place in _tags_of(n))
        if _DAY.match(first):
            return shelf.group(first, self._published_in(first))
        return []

    def _published_in(self, first: str) -> Callable[[int], bool]:
        form = {6: "/%Y/", 9: "/%Y/%m/", 12: "/%Y/%m/%d/"}[len(first)]
        return lambda n: self.shelf.published(n).strftime(form) == first

    def _list(self, first: str, page: int, numbers: Sequence[int]) -> bytes:
        shelf = self.shelf
        rows = "".join(
            f'<article class="post-{n} post type-post hentry"><h2 class="entry-title"><a href="{self.path(n)}" '
            f'rel="bookmark">{"Bảo vệ: " if shelf.is_protected(n) else ""}{shelf.title(n)}</a></h2><time '
            f'class="entry-date published" datetime="{shelf.published(n).isoformat(timespec="seconds")}">'
            f"{shelf.published(n):%d/%m/%Y}"
            f'</time><div class="entry-summary"><p>{words.paragraph(f"post {n} 0", 40)}</p></div></article>'
            for n in numbers[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        )
        last = -(-len(numbers) // _PER_PAGE)
        shown = sorted({1, max(1, page - 1), page, min(last, page + 1), last})
        pager = " ".join(f'<a class="page-numbers" href="{_page_path(first, n)}">{n}</a>' for n in shown)
        if page < last:
            pager += f' <a class="next page-numbers" href="{_page_path(first, page + 1)}">Trang sau »</a>'
        return self._frame(f"Chuyên mục – trang {page}", f'{rows}<nav class="navigation pagination">{pager}</nav>')

    def _frame(self, title: str, main: str, head: str = "") -> bytes:
        return (
            '<!DOCTYPE html><html lang="vi"><head><meta charset="UTF-8"><meta name="generator" content="WordPress 6.5">'
            f'<title>{title}</title><link rel="alternate" type="application/rss+xml" href="{self.base_url}/feed/">'
            f"{head}<style>{_STYLE}</style>"
            f'</head><body><main id="main" class="site-main">{main}</main>{self._beside()}</body></html>'
        ).encode()

    def _beside(self) -> str:
        """Menus and sidebar, the same on all pages until somebody stirs them."""
        if self._furniture[0] != self.shelf.stirred:
            self._furniture = (self.shelf.stirred, self._menus())
        return self._furniture[1]

    def _menus(self) -> str:
        months = sorted({f"{self.shelf.published(n):/%Y/%m/}" for n in range(1, self.spec.articles + 1, 20)})
        menu = "".join(f'<li class="menu-item"><a href="/category/{c}/">{c}</a></li>' for c in _CATEGORIES)
        menu += "".join(f'<li class="menu-item"><a href="/{p}/">{p}</a></li>' for p in _PAGES)
        tags = " ".join(f'<a href="/tag/{t}/" class="tag-cloud-link" style="font-size:9pt">{t}</a>' for t in _TAGS)
        archives = "".join(f'<li><a href="{m}">Tháng {m[6:8]} năm {m[1:5]}</a></li>' for m in months)
        authors = "".join(f'<li><a href="/author/{a}/">{a}</a></li>' for a in _AUTHORS)
        return (
            f'<header class="site-header"><nav class="menu"><ul>{menu}</ul></nav></header><aside class="widget-area">'
            f'<section class="widget"><h2>Lưu trữ</h2><ul>{archives}</ul></section><section class="widget">{tags}'
            f'</section><section class="widget"><ul>{authors}</ul></section><section class="widget"><p>Lượt xem: '
            f'{1000 + self.shelf.stirred * 17}</p><a href="/wp-login.php">Đăng nhập</a> <a href="/wp-admin/">Quản '
            f'trị</a></section></aside><footer class="site-footer"><p>{words.paragraph("footer", 60)}</p></footer>'
        )

    # Feed, sitemaps, robots.txt

    def _feed(self, page: int) -> Reply | None:
        numbers = self.shelf.alive()[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        if page < 1 or not numbers:
            return None
        newest = max(self.shelf.modified(n) for n in numbers)
        tag = sha256(" ".join(f"{n}-{self.shelf.version(n)}" for n in numbers).encode()).hexdigest()[:16]
        return Reply(200, lambda: self._rss("Bài mới", self._feed_items(numbers)), XML, f'"{tag}"', http_date(newest))

    def _feed_items(self, numbers: Sequence[int]) -> str:
        return "".join(
            f"<item><title>{'Bảo vệ: ' if self.shelf.is_protected(n) else ''}{self.shelf.title(n)}</title><link>"
            f"{self.base_url}{self.path(n)}</link><pubDate>{http_date(self.shelf.published(n))}</pubDate><guid "
            f'isPermaLink="false">{self.base_url}/?p={n}</guid></item>'
            for n in numbers
        )

    def _rss(self, title: str, items: str) -> bytes:
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{title}</title>'
            f"<link>{self.base_url}</link>{items}</channel></rss>"
        ).encode()

    def _sitemap_index(self) -> bytes:
        files = -(-len(self.shelf.alive()) // _PER_SITEMAP)
        names = [f"posts-post-{n}" for n in range(1, files + 1)]
        names += ["posts-page-1", "taxonomies-category-1", "taxonomies-post_tag-1", "users-1"]
        rows = "".join(f"<sitemap><loc>{self.base_url}/wp-sitemap-{n}.xml</loc></sitemap>" for n in names)
        return f'<?xml version="1.0"?><sitemapindex xmlns="{_SITEMAPS}">{rows}</sitemapindex>'.encode()

    def _sitemap(self, kind: str, file: int) -> Reply | None:
        if kind == "posts-post":
            # Oldest first, as WordPress has it: new posts open new files and leave the old ones alone.
            oldest_first = self.shelf.alive()[::-1]
            numbers = oldest_first[(file - 1) * _PER_SITEMAP : file * _PER_SITEMAP]
            rows = [(self.path(n), self._lastmod(n)) for n in numbers]
        else:
            paths = {
                "posts-page": [f"/{p}/" for p in _PAGES],
                "taxonomies-category": [f"/category/{c}/" for c in _CATEGORIES],
                "taxonomies-post_tag": [f"/tag/{t}/" for t in _TAGS],
                "users": [f"/author/{a}/" for a in _AUTHORS],
            }.get(kind, [])
            rows = [(p, "") for p in paths] if file == 1 else []
        return Reply(200, lambda: self._urlset(rows), XML) if rows else None

    def _lastmod(self, number: int) -> str:
        match self.shelf.lastmod:
            case "missing":
                return ""
            case "honest":
                at = self.shelf.modified(number)
            case "stale":
                at = self.shelf.published(number)
            case "bumped":
                at = self.shelf.bumped
        return at.astimezone(UTC).isoformat(timespec="seconds")

    def _urlset(self, rows: Sequence[tuple[str, str]]) -> bytes:
        urls = "".join(
            f"<url><loc>{self.base_url}{path}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</url>"
            for path, at in rows
        )
        return f'<?xml version="1.0"?><urlset xmlns="{_SITEMAPS}">{urls}</urlset>'.encode()

    def _robots(self) -> bytes:
        delay = f"Crawl-delay: {self.spec.crawl_delay_s:g}\n" if self.spec.crawl_delay_s else ""
        closed = "".join(f"Disallow: {p}\n" for p in _CLOSED)
        return (
            f"User-agent: *\n{delay}{closed}Disallow: /*/noi-bo-\nAllow: /*/noi-bo-cong-khai-\n"
            f"Sitemap: {self.base_url}/wp-sitemap.xml\n"
        ).encode()


_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Themes carry their style in the page; it makes up half of one.
_STYLE = "".join(
    f".wp-block-{n}{{margin:{n}px auto;padding:{n % 7}em;color:#{n * 4999 % 0xFFFFFF:06x}}}" for n in range(90)
)


def _tags_of(number: int) -> tuple[int, int]:
    return number % len(_TAGS), (number * 7 + 3) % len(_TAGS)


@cache
def _path(day: str, prefix: str, number: int) -> str:
    return f"{day}{prefix}{words.slug(words.headline(f'title {number}'))}-{number}/"


def _page_path(first: str, number: int) -> str:
    return first if number == 1 else f"{first}page/{number}/"
