"""Made pages brought to the size of real ones: what stands around an article weighs more than the article.

Measured on six articles of large Vietnamese news sites (2026): 115 to 508 kB, of them 16 to 48 kB scripts and 0.5 to
312 kB styles; 497 to 1,757 elements, 37 to 317 links. What is added here lies in the middle of that: scripts, styles,
a menu of sections, a column of other pieces with pictures, and a footer.
"""

import re
from collections.abc import Sequence

from demo.chance import Chance

_SCRIPT_LETTERS = 32_000
_STYLE_LETTERS = 66_000
_SECTIONS = 60
_TEASERS = 50
_SEED = 11
_SCRIPT = "window.dataLayer=window.dataLayer||[];dataLayer.push({{'k{0}':'v{0}','n':[{0},2,3],'on':function(){{}}}});"
_STYLE = ".c-box{0} .c-item>a:hover{{margin:0 {0}px;padding:8px;color:#333}}@media(max-width:{0}px){{.x{0}{{top:0}}}}"


def of_real_size(html: str, number: int, titles: Sequence[str]) -> str:
    """The page with what surrounds an article on a real site.

    Args:
        html: A small page.
        number: Of the page, so that no two are surrounded alike.
        titles: Headlines for the column of other pieces.
    """
    rng = Chance(_SEED).of("real size", number)
    script, style = _repeated(_SCRIPT, _SCRIPT_LETTERS), _repeated(_STYLE, _STYLE_LETTERS)
    menu = "".join(
        f'<li class="menu-item item-{n}"><a href="/muc-{n}" title="Mục {n}"><span>Chuyên mục {n}</span></a></li>'
        for n in range(_SECTIONS)
    )
    teasers = "".join(
        f'<div class="teaser" data-id="{n}"><a class="thumb" href="/bai-{n}.html"><img src="/anh/{n}.jpg" width="180"'
        f' alt=""></a><h3 class="name"><a href="/bai-{n}.html">{rng.choice(titles)}</a></h3></div>'
        for n in range(_TEASERS)
    )
    head = f"<style>{style}</style><script>{script[: len(script) // 2]}</script>"
    above = f'<nav class="main-menu"><ul>{menu}</ul></nav>'
    below = (
        f'<aside class="sidebar">{teasers}</aside><footer class="footer"><ul>{menu}</ul>'
        f"<p>Giấy phép số 15/GP-TTĐT cấp ngày 15/03/2019</p></footer><script>{script[len(script) // 2 :]}</script>"
    )
    for pattern, piece in ((r"(?=</head>)", head), (r"<body[^>]*>", above), (r"(?=</body>)", below)):
        html = re.sub(pattern, lambda mark, piece=piece: mark[0] + piece, html, count=1)  # type: ignore[misc]
    return html


def _repeated(form: str, letters: int) -> str:
    return "\n".join(form.format(n) for n in range(letters // len(form)))
