"""Layouts written after the rules had been finished on the others, to see what the held-out half is worth.

When they were first read the day was right on 1.000 of the pages, the minute on 0.600, the author on 0.484; what was
missing (icons, labels in cells of their own, a time apart from its day, a name under the lead) was then added.
"""

from benchmarks.unknown.frames import comments, document, listed, picture
from benchmarks.unknown.material import Draft, Layout, person


def _union_site(d: Draft, by: str) -> str:
    """Date right of the headline in one flex row, buttons between, name after an ornament at the end."""
    signed = f'<div class="u-end">✍ {by}</div>' if by else ""
    credit = f'<div class="u-end">Nguồn tin: {d.credit}</div>' if d.credit else ""
    item = '<div><a href="/a">{title}</a></div><div>{at:%d/%m/%Y %H:%M}</div>'
    body = f"""<body><div class="u-top">{d.today}<a href="/">Liên đoàn Lao động {d.site}</a></div><div class="u-row">
<div class="u-h"><h1>{d.title}</h1></div><div class="u-side"><button>A+</button><button>A-</button>
<div class="u-d">📅 {d.clock("%d/%m/%Y")} 🕒 {d.clock("%H:%M")}</div></div></div><div class="u-lead">{d.lead}</div>
<div class="u-text">{d.texts()}</div>{signed}{credit}
<div class="u-next">
<div>Có thể bạn quan tâm</div>{listed(d.neighbours, item)}
</div><div class="u-bot">Chủ tịch: {person(d.rng)} · Giấy phép 18/GP-TTĐT ngày 4/5/2021</div></body>"""
    return document(f"{d.title} - Liên đoàn Lao động {d.site}", body)


def _magazine(d: Draft, by: str) -> str:
    """Section, name and date in one line of small capitals; the lead in a block quotation."""
    who = f"{by.upper()} | " if by else ""
    credit = f"<p>— Theo {d.credit}</p>" if d.credit else ""
    said = comments(d, "<section><h6>{name}</h6><p>{said}</p><p>{at}</p></section>")
    card = '<div class="mg-card"><p>{at:%d.%m.%Y}</p><h4><a href="/b">{title}</a></h4></div>'
    body = f"""<body><nav><a href="/">{d.site}</a><span>{d.today}</span></nav><article class="mg"><h1>{d.title}</h1>
<p class="mg-meta">{who}{d.clock("%d THÁNG {m}, %Y | %H:%M")}</p><blockquote>{d.lead}</blockquote>
{picture(d, '<div class="mg-pic"><img src="/x.jpg"><span>{caption}</span></div>')}{d.texts()}{credit}</article>
<div class="mg-more">{listed(d.neighbours[:4], card)}</div><div class="mg-talk"><h5>Phản hồi</h5>{said}</div>
<footer>Tổng biên tập {person(d.rng)}, giấy phép 9/GP-BTTTT 11/11/2020</footer></body>"""
    return document(f"{d.title} • Tạp chí {d.site}", body)


def _ward_page(d: Draft, by: str) -> str:
    """Cells with labels left and values right."""
    name = f"<tr><th>Người đăng</th><td>{by}</td></tr>" if by else ""
    credit = f"<tr><th>Nguồn</th><td>{d.credit}</td></tr>" if d.credit else ""
    body = f"""<body><p>{d.today}</p><h2>{d.title}</h2><table class="w"><tr><th>Ngày đăng</th>
<td>{d.clock("%H:%M:%S %d/%m/%Y")}</td></tr><tr><th>Lượt xem</th><td>{d.views}</td></tr>{name}{credit}</table>
<p><em>{d.lead}</em>
</p>{d.texts()}<h3>Tin khác</h3>{listed(d.neighbours, '<p>{at:%d/%m/%Y}: <a href="/c">{title}</a></p>')}
<hr><p>Công chức văn hóa: {person(d.rng)}. Quyết định thành lập trang ngày 19/5/2019</p></body>"""
    return document(f"Phường {d.site} | {d.title}", body)


def _cooperative(d: Draft, by: str) -> str:
    """The weekday behind the date in brackets; the name under the lead in its own line with a dash."""
    name = f'<p class="k3">– {by} –</p>' if by else ""
    credit = f"<p>(theo {d.credit})</p>" if d.credit else ""
    body = f"""<body><div class="k0">Bây giờ là {d.today}</div><div class="k1"><div class="k2">{d.title}</div>
<div class="k4">{d.clock("%d/%m/%Y")} ({d.weekday}), {d.clock("%H:%M")} - {d.views} lượt đọc</div>
<p class="k5">{d.lead}</p>{name}
{d.texts()}{credit}</div>
<div class="k6">Tin mới<br>{listed(d.neighbours, '<a href="/d">{title}</a> <i>{at:%d/%m}</i><br>')}</div>
<div class="k7">Giám đốc {person(d.rng)}</div></body>"""
    return document(d.title, body)


def _youth(d: Draft, by: str) -> str:
    """Date in words over the headline, the time apart below it with the counter; reporters named at the end."""
    signed = f'<p class="y9"><strong>Phóng viên: {by}</strong></p>' if by else ""
    credit = f'<p class="y9">Theo: {d.credit}</p>' if d.credit else ""
    body = f"""<body><div class="y0">{d.today}</div><div class="y1">
<span>{d.weekday} ngày {d.clock("{d} tháng {m} năm %Y")}</span></div>
<h1 class="y2">{d.title}</h1><div class="y3"><span>{d.clock("%H:%M")}</span><span>{d.views} lượt xem</span></div>
<div class="y4"><p>{d.lead}</p>{d.texts()}{signed}{credit}</div><div class="y5"><b>Bài nổi bật</b><ul>
{listed(d.neighbours, '<li>{at:%d/%m/%Y} <a href="/e">{title}</a></li>')}</ul></div>
<div class="y6">Bí thư: {person(d.rng)}</div></body>"""
    return document(f"{d.title} | Tuổi trẻ {d.site}", body)


UNSEEN = (
    Layout("union_site", _union_site),
    Layout("magazine", _magazine, names="capitals"),
    Layout("ward_page", _ward_page),
    Layout("cooperative", _cooperative),
    Layout("youth", _youth),
)
