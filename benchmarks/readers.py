"""Time to read a listing page, a sitemap and the links of a page: `python -m benchmarks.readers`.

Processor time of this process on made-up documents; the best of three rounds, because machines are shared.
"""

import time
from collections.abc import Callable

from scrapy.http import HtmlResponse

from spiders.channels import LinkCache, links_of, read_listing, read_sitemap
from spiders.platforms import PLATFORMS

SITE = "https://a.vn"
PAGES = 200
ROWS = 5000
# What a listing of these sites shows: twenty articles, each linked twice, among some hundred and fifty links.
ITEMS = 20
MENU = 105
WORDPRESS = PLATFORMS["wordpress"]


def listing(start: int) -> bytes:
    """A page of a listing: menu, rows with a date each, pager."""
    rows = "".join(
        f'<li class="post"><a href="{address(n)}"><img src="/x.jpg"></a><h3><a href="{address(n)}">Bài viết số {n} về '
        f'đào tạo nghề</a></h3><span class="d">08:30 05/06/2024</span><p>Tóm tắt của bài viết.</p></li>'
        for n in range(start, start + ITEMS)
    )
    menu = "".join(f'<li><a href="/category/muc-{n}/">Mục {n}</a></li>' for n in range(MENU))
    pager = "".join(f'<a href="/category/tin/page/{n}/">{n}</a>' for n in range(2, 7))
    return f"<html><body><nav><ul>{menu}</ul></nav><ul>{rows}</ul>{pager}</body></html>".encode()


def address(number: int) -> str:
    """Address of an article."""
    return f"{SITE}/2024/05/{number % 28 + 1:02}/bai-viet-so-{number}-ve-dao-tao-nghe/"


def sitemap() -> bytes:
    """A sitemap of as many articles."""
    rows = "".join(
        f"<url><loc>{address(n)}</loc><lastmod>2024-06-05T08:00:00+07:00</lastmod></url>" for n in range(ROWS)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def best(work: Callable[[], None]) -> float:
    """Seconds of the quickest of three rounds."""
    rounds = []
    for _ in range(3):
        began = time.process_time()
        work()
        rounds.append(time.process_time() - began)
    return min(rounds)


def main() -> None:
    """Print the three figures."""
    pages = [listing(n * ITEMS) for n in range(PAGES)]
    document = sitemap()
    first = f"{SITE}/category/tin/"

    def read_pages() -> None:
        for number, body in enumerate(pages, 1):
            headers = {"Content-Type": "text/html; charset=utf-8"}
            listed = read_listing(HtmlResponse(first, headers=headers, body=body), WORDPRESS, number, first)
            assert len(listed.items) == ITEMS
            assert all(i.at for i in listed.items)

    def read_rows() -> None:
        assert len(read_sitemap(document, f"{SITE}/sitemap.xml", WORDPRESS).items) == ROWS

    def read_links() -> None:
        seen: LinkCache = {}
        for body in pages:
            assert len(links_of(body, f"{SITE}/", WORDPRESS, seen)) == ITEMS

    print(f"listing page   {best(read_pages) / PAGES * 1e3:6.2f} ms")
    print(f"links of page  {best(read_links) / PAGES * 1e3:6.2f} ms")
    print(f"sitemap row    {best(read_rows) / ROWS * 1e6:6.2f} µs")


if __name__ == "__main__":
    main()
