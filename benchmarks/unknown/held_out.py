"""Layouts written before the rules were improved and never looked at one by one: what an unknown site may look like."""

from benchmarks.unknown.frames import comments, document, listed, picture
from benchmarks.unknown.material import Draft, Layout, person


def _portrait(d: Draft, by: str) -> str:
    """A box with the writer's picture and name over the date."""
    name = f'<p class="n"><a href="/tac-gia/1">{by}</a></p>' if by else ""
    credit = f'<p class="src">Nguồn: {d.credit}</p>' if d.credit else ""
    said = comments(d, '<div class="one"><img src="/u.png"><span>{name}</span><p>{said}</p><small>{at}</small></div>')
    photo = picture(d, '<figure><img src="/1.jpg"><figcaption>{caption}</figcaption></figure>')
    body = f"""<body><div class="site-head"><a class="lg" href="/"><img src="/l.svg" alt="{d.site}"></a>
<time>{d.today}</time></div>
<div class="lay"><div class="art"><h1>{d.title}</h1><div class="who"><img src="/p.png" alt=""><div>{name}
<p class="t">{d.weekday}, {d.clock("%d-%m-%Y | %H:%M %p")}</p></div></div><h2 class="dek2">{d.lead}</h2>
<div class="rich">{photo}{d.texts()}{credit}</div>
<div class="talk"><h3>Bình luận ({len(d.comments)})</h3>{said}</div></div><div class="rail"><h3>Xem nhiều</h3>
<ol>{listed(d.neighbours)}</ol></div></div>
<div class="end">Giấy phép số 55/GP-BTTTT ngày 20/6/2020 · Tổng Biên tập {person(d.rng)}</div></body>"""
    return document(f"{d.title} | {d.site}", body)


def _submitted(d: Draft, by: str) -> str:
    """One sentence tells who sent it and when."""
    who = f"Gửi bởi {by} vào " if by else "Gửi vào "
    day = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")[d.at.weekday()]
    credit = f"<p>Theo {d.credit}</p>" if d.credit else ""
    body = f"""<body class="not-front"><div id="branding"><a href="/">Đoàn xã {d.site}</a></div>
<div id="dp">{d.today}</div>
<div id="squeeze"><h2 class="with-tabs">{d.title}</h2><div class="node">
<span class="submitted">{who}{day}, {d.clock("%d/%m/%Y - %H:%M")}</span>
<div class="content"><p>{d.lead}</p>{d.texts()}{credit}</div><div class="links"><a href="/x">Đọc 12 lần</a></div>
</div>
<div class="blk"><h2>Bài cùng mục</h2><ul>{listed(d.neighbours[:4])}</ul></div></div>
<div id="footer-message">Phụ trách: {person(d.rng)}. Xây dựng ngày 26/3/2021</div></body>"""
    return document(f"{d.title} | Đoàn xã {d.site}", body)


def _beside_path(d: Draft, by: str) -> str:
    """The date stands right of the path of sections, above the headline."""
    signed = f"<p><strong>{by}</strong></p>" if by else ""
    credit = f"<p><strong>Theo {d.credit}</strong></p>" if d.credit else ""
    short = d.weekday.replace("hai", "2").replace("ba", "3").replace("tư", "4")
    photo = picture(d, '<table class="imgtb"><tr><td><img src="/2.jpg"></td></tr><tr><td>{caption}</td></tr></table>')
    body = f"""<body><div class="ticker"><span>{d.today}</span></div><div class="pg"><ul class="path"><li>
<a href="/">Trang chủ</a></li>
<li><a href="/s">{d.section}</a></li><li class="pull-r">{short}, {d.clock("{d}.{m}.%Y - %H:%M")}</li></ul>
<h1 class="big">{d.title}</h1><p class="intro-p">{d.lead}</p>
<div class="entry-x">{photo}{d.texts()}{signed}{credit}</div>
<p class="tg">Từ khóa: <a href="/k">{d.section}</a></p><div class="nxt"><h5>Tin khác</h5>
{listed(d.neighbours, '<div class="r"><a href="/q">{title}</a><em>{at:%d.%m.%Y}</em></div>')}</div>
</div>
<div class="ftx">Cơ quan chủ quản: Hội Nông dân {d.site}. Giấy phép 11/GP ngày 3/4/2022.
Trưởng ban: {person(d.rng)}</div></body>"""
    return document(f"{d.title} - Hội Nông dân {d.site}", body)


def _portal_cells(d: Draft, by: str) -> str:
    """Table cells with class names, day only, pictures and text by one hand."""
    signed = f'<tr><td class="TG" align="right">Ảnh, bài: {by}</td></tr>' if by else ""
    credit = f'<tr><td class="TG" align="right">Nguồn: {d.credit}</td></tr>' if d.credit else ""
    rows = "".join(f'<tr><td><a href="/w">{n.title}</a> ({n.at:%d/%m/%Y})</td></tr>' for n in d.neighbours)
    body = f"""<body><table class="Khung"><tr><td class="Top">Hôm nay: {d.today}</td></tr><tr><td><table><tr>
<td class="Menu"><a href="/1">Giới thiệu</a><br><a href="/2">Tin tức</a></td><td class="Nen"><table><tr>
<td class="Head">{d.title}</td></tr>
<tr><td class="Ngay">Ngày đăng: {d.clock("%d/%m/%Y")} - Số lượt xem: {d.views}</td></tr><tr><td class="Tom">
<b>{d.lead}</b></td></tr>
<tr><td class="ND">{d.texts("div")}</td></tr>{signed}{credit}<tr><td class="Khac"><b>Tin đã đưa</b></td>
</tr>{rows}</table></td></tr></table></td></tr>
<tr>
<td class="Duoi">Trung tâm Y tế {d.site}. Chịu trách nhiệm: BS {person(d.rng)}.
Giấy phép số 3/GP-TTĐT ngày 12/3/2019</td></tr></table></body>"""
    return document(f"{d.title} - Trung tâm Y tế {d.site}", body)


def _icon_list(d: Draft, by: str) -> str:
    """Day, time, counter and name, each an item of a list with an icon."""
    name = f'<li><i class="fa fa-user"></i> {by}</li>' if by else ""
    credit = f'<p class="from"><b>(Theo {d.credit})</b></p>' if d.credit else ""
    media = '<div class="media"><a href="/m">{title}</a><ul><li>{at:%d/%m/%Y}</li><li>{at:%H:%M}</li></ul></div>'
    body = f"""<body><div class="topper"><i class="fa fa-calendar"></i> {d.today}</div><div class="container">
<div class="row"><div class="col-md-9">
<div class="blog-item"><h1 class="blog-title">{d.title}</h1><ul class="blog-meta"><li><i class="fa fa-calendar">
</i> {d.clock("%d/%m/%Y")}</li>
<li><i class="fa fa-clock-o"></i> {d.clock("%H:%M")}</li><li><i class="fa fa-eye"></i> {d.views}</li>{name}</ul>
<div class="blog-desc"><p><strong>{d.lead}</strong></p>{d.texts()}{credit}</div></div></div><div class="col-md-3">
<h4>Tin nổi bật</h4>
{listed(d.neighbours, media)}</div></div></div>
<div class="copy">© 2024 Hợp tác xã {d.site}. Người đại diện: {person(d.rng)}</div></body>"""
    return document(f"{d.title} - Hợp tác xã {d.site}", body)


def _updated_only(d: Draft, by: str) -> str:
    """The only date is called an update; text and pictures in brackets at the end."""
    signed = f'<p class="ky">(Bài, ảnh: {by})</p>' if by else ""
    credit = f'<p class="ky">(Nguồn: {d.credit})</p>' if d.credit else ""
    photo = picture(d, '<p class="anh"><img src="/3.jpg"></p><p class="chu-anh"><i>{caption}</i></p>')
    body = f"""<body><div class="khung-dau"><p>{d.today}</p></div><div class="than-trang"><div class="trai">
<p class="muc">{d.section}</p>
<p class="dau-de">{d.title}</p><p class="gio">Cập nhật: {d.clock("%d/%m/%Y %H:%M")}</p>
<p class="mo-dau">{d.lead}</p>{photo}
{d.texts("p", "doan")}{signed}{credit}<p class="them">Tin tiếp theo</p>
{listed(d.neighbours[:3], '<p class="m"><a href="/h">{title}</a> <span>{at:%d/%m}</span></p>')}</div>
<div class="phai">
<p>Thông báo</p>{listed(d.neighbours[3:], '<p><a href="/g">{title}</a><br>{at:%d/%m/%Y %H:%M}</p>')}</div></div>
<div class="chan"><p>Ban Quản lý khu di tích {d.site}</p><p>Trưởng ban: {person(d.rng)}</p>
<p>Giấy phép ngày 18/5/2021</p></div></body>"""
    return document(f"{d.title} - Khu di tích {d.site}", body)


def _dash_line(d: Draft, by: str) -> str:
    """Name and date in one line parted by a dash, the month shortened."""
    who = f"{by} — " if by else ""
    credit = f'<p class="x9">Theo: {d.credit}</p>' if d.credit else ""
    card = '<article class="x8"><h3><a href="/j">{title}</a></h3><p>{at:%d} Thg {at:%m}, {at:%Y}</p></article>'
    cards = listed(d.neighbours, card)
    body = f"""<body><div class="x0"><p>{d.site}</p><p>{d.today}</p></div><main class="x1"><section>
<h2 class="x2">{d.title}</h2>
<p class="x7">{who}{d.clock("{d} Thg {m}, %Y lúc %H:%M")}</p>
<p class="x3">{d.lead}</p>{d.texts("p", "x4")}{credit}</section>
<section class="x5"><h4>Đọc tiếp</h4>{cards}</section></main>
<div class="x6">Chủ biên {person(d.rng)} · đăng ký số 8 ngày 1/6/2023</div></body>"""
    return document(f"{d.title} – {d.site}", body)


def _broadcaster(d: Draft, by: str) -> str:
    """Time before the day, buttons beside it, the name in capitals at the end."""
    signed = f'<p style="text-align: right"><strong>{by}</strong></p>' if by else ""
    credit = f'<p style="text-align: right"><strong>Theo {d.credit}</strong></p>' if d.credit else ""
    body = f"""<body><div class="hdtop"><div class="wt">{d.today} | Nhiệt độ 22°C</div></div><div class="nv">
<a href="/tv">Truyền hình</a></div>
<div class="ct-l"><div class="ct-h">{d.title}</div><div class="ct-i"><span>{d.clock("%H:%M | %d/%m/%Y")}</span>
<a href="#">Chia sẻ</a><a href="#">In trang</a></div>
<div class="ct-s">{d.lead}</div><div class="ct-b">{d.texts()}{signed}{credit}</div><div class="ct-o">
<div>Tin cùng loại</div>
<ul>{listed(d.neighbours[:4])}</ul></div></div><div class="ct-r"><div>Lịch phát sóng 02/12/2025</div>
<div>05:00 Thể dục</div><div>06:30 Bản tin</div></div>
<div class="ft0">Đài Phát thanh {d.site} - Trưởng đài: {person(d.rng)} - Giấy phép số 16/GP-PTTH ngày 30/10/2022</div>
</body>"""
    return document(f"{d.title} - Đài Phát thanh {d.site}", body)


def _broken_lines(d: Draft, by: str) -> str:
    """Line breaks instead of paragraphs, headline in bold, month in words of the date line above it."""
    signed = f"<br><b>{by}</b>" if by else ""
    credit = f"<br><i>Nguồn: {d.credit}</i>" if d.credit else ""
    text = "<br><br>\n".join(d.paragraphs)
    other = "<br>".join(f'- <a href="/e">{n.title}</a> ({n.at:%d/%m/%Y})' for n in d.neighbours[:5])
    body = f"""<body><center><font size="2">{d.today}</font></center><table><tr><td valign="top">
<a href="/">Trang đầu</a></td><td>
<font color="gray">{d.weekday}, {d.clock("%d Tháng {m} %Y %H:%M")}</font><br><b><font size="5">{d.title}</font></b>
<br><br>
<i>{d.lead}</i><br><br>{text}{signed}{credit}<hr><b>Tin cũ hơn</b><br>{other}</td></tr></table>
<center>Thư viện {d.site} - Thủ thư: {person(d.rng)} - Thiết kế 20/10/2019</center></body>"""
    return document(f"Thư viện {d.site} - {d.title}", body)


HELD_OUT = (
    Layout("portrait", _portrait),
    Layout("submitted", _submitted),
    Layout("beside_path", _beside_path, names="initials"),
    Layout("portal_cells", _portal_cells, has_time=False),
    Layout("icon_list", _icon_list),
    Layout("updated_only", _updated_only),
    Layout("dash_line", _dash_line),
    Layout("broadcaster", _broadcaster, names="capitals"),
    Layout("broken_lines", _broken_lines),
)
