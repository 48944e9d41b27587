"""Pages made large: what costs a reader time or memory that grows faster than the page."""

import json
from collections.abc import Callable

_MB = 1_000_000
_SENTENCE = "Lớp học mở ở nhà văn hóa thôn, mỗi tuần năm buổi tối, học viên đến từ bốn xã quanh vùng."
_ARTICLE: dict[str, object] = {
    "@type": "NewsArticle",
    "headline": "Lớp học mở ở thôn",
    "datePublished": "2022-06-07T10:30:00+07:00",
}


def _claims(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def _articles(items: list[dict[str, object]]) -> str:
    return _claims(json.dumps(items))


def _many(form: str, count: int) -> str:
    return "".join(form.format(n) for n in range(count))


# Makes what is put into the page's body.
LARGE: dict[str, Callable[[], str]] = {
    "20 MB of script": lambda: "<script>" + "var a = '<p>1</p>';\n" * _MB + "</script>",
    "19 MB of script, unclosed": lambda: "<script>" + "if(a<b){c()}//\n" * (19 * _MB // 15),
    "16 MB of styles": lambda: "<style>" + ".a{color:red}\n" * (16 * _MB // 14) + "</style>",
    "12 MB of comment": lambda: "<!--" + "- <p> -\n" * (12 * _MB // 8) + "-->",
    "16 MB of picture": lambda: f'<img src="data:image/png;base64,{"iVBORw0K" * (2 * _MB)}">',
    "16 MB of attribute": lambda: f'<p title="{"a " * (8 * _MB)}">x</p>',
    "3.9 MB of class": lambda: f'<div class="{"aB-c " * 780_000}"><p>{_SENTENCE}</p></div>',
    "30,000 long classes": lambda: _many('<p class="' + "x{0} y" * 12 + '">a</p>', 30_000),
    "19 MB of text": lambda: "<p>" + "chữ " * (3 * _MB),
    "3.9 MB of text": lambda: "<p>" + "chữ nghĩa " * 280_000,
    "3 MB without a space": lambda: "<p>" + "a" * 3 * _MB,
    "3 MB of brackets": lambda: "<p>" + "(" * 3 * _MB,
    "3 MB of dates": lambda: "<p>" + "07/06/2022 10:30 " * 180_000,
    "20,000 lines of dates": lambda: "<li>07/06/2022 10:30" * 20_000,
    "20,000 short datelike lines": lambda: "<div>Thứ ba, 1/2/3/4/5 lúc 9h9 ngày 7.6.2022/x</div>" * 20_000,
    "3 MB of slashes": lambda: "<p>" + "1/" * 1_500_000,
    "3 MB of hyphenated names": lambda: "<p>" + "Hà Thu - " * 300_000,
    "20,000 lines of names": lambda: "<p><b>Tin, ảnh: Hà Thu - Lê Mai</b></p>" * 20_000,
    "100,000 nested divisions": lambda: "<div>" * 100_000 + f"<p>{_SENTENCE}</p>" * 5,
    "79,000 nested, 1,900 at a time": lambda: ("<div>" * 1900 + "x" + "</div>" * 1900) * 20,
    "1,900 deep with 20,000 lines": lambda: "<div>" * 1900 + "<p>x y z</p>" * 20_000,
    "1,900 deep with 10,000 links": lambda: "<div>" * 1900 + f"<p><a href=a>{_SENTENCE}</a></p>" * 10_000,
    "1,500 spans with 5,000 paragraphs": lambda: "<span>" * 1500 + f"<p>{_SENTENCE}</p>" * 5_000,
    "600 tables in each other": lambda: "<table><tr><td>" * 600 + "<p>x</p>" * 10_000,
    "600 tables in each other, words": lambda: ("<table><tr><td><b>một hai ba</b>" * 600) + f"<p>{_SENTENCE}</p>" * 60,
    "600 lists in each other": lambda: "<ul><li>một hai" * 600 + "<li>x" * 10_000,
    "2,000 forms in each other": lambda: "<form><p>x</p>" * 2_000 + "<p>y</p>" * 5_000,
    "30,000 forms": lambda: "<form><h1>x</h1></form>" * 13_000,
    "giant table": lambda: "<table>" + ("<tr>" + "<td>12,5" * 150) * 500 + "</table>",
    "giant table of paragraphs": lambda: "<table>" + ("<tr>" + "<td><p>một hai</p></td>" * 100) * 120 + "</table>",
    "100,000 paragraphs": lambda: "<p>x" * 100_000,
    "39,000 paragraphs": lambda: "<p>một hai ba</p>" * 39_000,
    "25,000 sentences": lambda: f"<p>{_SENTENCE}</p>" * 25_000,
    "100,000 links": lambda: "<a href=x>y</a>" * 100_000,
    "35,000 links": lambda: _many("<a href='/bai-{0}'>Bài số {0} của báo</a> ", 35_000),
    "20,000 teasers": lambda: _many(f"<h3><a href='/{{0}}'>{_SENTENCE[:60]} {{0}}</a></h3>", 20_000),
    "30,000 headlines": lambda: _many("<h1>Lớp nghề mở ở nhà văn hóa thôn {0}</h1>", 30_000),
    "30,000 times the headline": lambda: "<h2>Lớp nghề mở ở nhà văn hóa thôn</h2>" * 30_000,
    "75,000 line breaks": lambda: "<p>" + "a<br>" * 75_000,
    "75,000 pictures": lambda: "<img src=a.jpg>" * 75_000,
    "35,000 bold words": lambda: "<p>" + "<b>a</b> " * 35_000,
    "75,000 bold words, unclosed": lambda: "<b>a" * 75_000,
    "75,000 bold words in paragraphs, unclosed": lambda: "<p><b>a" * 37_000,
    "30,000 password fields": lambda: "<input type=password>" * 30_000,
    "20,000 metas": lambda: _many('<meta name="author" content="Hà {0}"><meta name="title" content="Tin {0}">', 20_000),
    "20,000 times microdata": lambda: "<span itemprop=datePublished>2022-06-07</span>" * 20_000,
    "20,000 times": lambda: "<time datetime='2022-06-07T10:00'>x</time>" * 20_000,
    "9,000 blocks of JSON-LD": lambda: _many(_claims('{{"@type":"NewsArticle","headline":"Tin số {0}"}}'), 9_000),
    "JSON-LD of 2,000 articles": lambda: _articles([{**_ARTICLE, "headline": f"Tin {n}"} for n in range(2000)]),
    "JSON-LD of 100,000 articles": lambda: _articles([_ARTICLE] * 100_000),
    "JSON-LD of many persons": lambda: _articles([{**_ARTICLE, "author": [{"name": f"Hà {n}"} for n in range(9000)]}]),
    "JSON-LD of lists": lambda: _claims("[" * 90_000 + "]" * 90_000),
    "JSON-LD of empty lists": lambda: _claims("[" + "[]," * 60_000 + "[]]"),
    "JSON-LD of 5 million lists": lambda: _claims("[" + "[]," * 5_000_000 + "[]]"),
    "JSON-LD of graphs": lambda: _claims('{"@graph":' * 15_000 + "1" + "}" * 15_000),
    "JSON-LD of crumbs": lambda: _articles([{"@type": "BreadcrumbList", "itemListElement": [[{}] * 9] * 9_000}]),
    "broken JSON-LD": lambda: _claims('{"@type":"NewsArticle","headline":"' + '\\"' * 90_000),
    "broken JSON-LD of quotes": lambda: _claims('"headline":"' * 15_000),
    "500,000 entities": lambda: "<p>" + "&amp;&nbsp;&eacute;&#7879;" * 125_000,
    "bomb of entities": lambda: '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + "&b;" * 9_000,
    "right to left": lambda: "<p>" + "\u202eabc\u202c" * 300_000,
    "emoji": lambda: "<p>" + "👩‍👩‍👧 " * 150_000,
    "combining marks": lambda: "<p>a" + "\u0323\u0301" * 400_000,
    "NUL bytes": lambda: "\x00" * 5_000_000,
    "2,000,000 spaces": lambda: "<p>" + " " * 2_000_000 + "a",
    "zero-width letters": lambda: "<p>" + "\u200b" * 1_000_000,
    "long address": lambda: f'<a href="{"/a" * 900_000}">x</a><img src="{"/b" * 900_000}.jpg">',
    "style of spaces": lambda: f'<div style="display{" " * 900_000}x">a</div>',
    "hidden parts": lambda: "<div hidden>" * 500 + "<p>x</p>" * 20_000,
    "20,000 spans in one line": lambda: "<div>07/06/2022" + "<span>a b</span>" * 20_000 + "</div>",
    "5,000 lines with spans in one element": lambda: "<div>" + "<span>7/6/2022</span><em>a</em><br>" * 5_000 + "</div>",
    "300 inline parts in each line, 150 lines": lambda: ("<div>" + "<span>Hà Thu</span>" * 120 + "</div>") * 150,
    "captions": lambda: "<figure><img src=a><figcaption>Ảnh: Hà</figcaption></figure>" * 13_000,
    "frames": lambda: "<iframe src='https://video.example/embed/1'></iframe>" * 19_000,
    "title of 1 MB": lambda: f"<title>{'Tin - ' * 160_000}</title><h1>{'Tin - ' * 160_000}</h1>",
    "headline of 1 MB": lambda: f"<h1>{'Tin | ' * 160_000}</h1>",
    "questions": lambda: "<p>PV: Ông nói gì?</p>" * 20_000,
}  # fmt: skip
