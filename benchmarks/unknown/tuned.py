"""Layouts that the rules were improved on: looked at one by one."""

from benchmarks.unknown.frames import comments, document, listed, picture
from benchmarks.unknown.material import Draft, Layout, person


def _city_news(d: Draft, by: str) -> str:
    """Clock in the head, icons, by-line in bold at the end."""
    signed = f'<p class="k-right" style="text-align: right;"><strong>{by}</strong></p>' if by else ""
    credit = f'<p style="text-align:right"><em>Theo {d.credit}</em></p>' if d.credit else ""
    said = comments(d, '<div class="cm"><b>{name}</b> <i>{at}</i><div>{said}</div></div>')
    body = f"""<body><div class="top-line"><div class="dong-ho">{d.today}</div><a href="/">{d.site} Online</a></div>
<div class="main-menu"><a href="/a">Thời sự</a> <a href="/b">Kinh tế</a> <a href="/c">Xã hội</a></div>
<div class="col-8"><div class="duong-dan"><a href="/">Trang chủ</a> › <a href="/c">{d.section}</a></div>
<h1 class="ten-bai">{d.title}</h1>
<div class="info-line"><i class="ic ic-clock"></i> {d.clock("%H:%M %d/%m/%Y")} <i class="ic ic-eye">
</i> {d.views}</div>
<div class="tom-tat"><b>{d.lead}</b></div>
<div class="noi-dung-bai">{picture(d, '<div class="hinh"><img src="/a.jpg"><div class="ct">{caption}</div></div>')}
{d.texts()}{signed}{credit}</div>
<div class="box-more"><div class="box-h">Tin liên quan</div><ul>{listed(d.neighbours[:3])}</ul></div>
<div class="y-kien"><h3>Ý kiến bạn đọc</h3>{said}</div></div>
<div class="col-4"><h3>Đọc nhiều</h3><ul>{listed(d.neighbours[3:])}</ul></div>
<div class="foot"><p>Tổng biên tập: {person(d.rng)}</p><p>Giấy phép số 77/GP-BTTTT cấp ngày 12/3/2019</p></div>
</body>"""
    return document(f"{d.title} - {d.site} Online", body)


def _commune_table(d: Draft, by: str) -> str:
    """Everything in tables and fonts, headline in no heading, the site's name as title."""
    signed = f'<p align="right"><b>Tác giả: {by}</b></p>' if by else ""
    credit = f'<p align="right"><i>Nguồn: {d.credit}</i></p>' if d.credit else ""
    left = "<br>".join(f'<a href="/n">{n.title}</a> <font size="1">{n.at:%d/%m/%Y}</font>' for n in d.neighbours[:4])
    more = "".join(f'<tr><td>• <a href="/o">{n.title}</a> ({n.at:%d/%m/%Y %H:%M})</td></tr>' for n in d.neighbours[4:])
    body = f"""<body bgcolor="#ffffff"><table width="980" align="center"><tr><td colspan="2"><img src="/banner.jpg">
</td></tr>
<tr><td colspan="2" align="right"><font size="1">{d.today}</font></td></tr>
<tr><td width="220" valign="top"><b>THÔNG BÁO</b><br>{left}</td>
<td valign="top"><a href="/">Trang nhất</a> | <a href="/tin">{d.section}</a><br>
<font class="tieude" size="4"><b>{d.title}</b></font><br>
<i>({d.clock("%d/%m/%Y | %H:%M")})</i><br>
<p><b>{d.lead}</b></p>
{d.texts("p", "than")}{picture(d, '<p align="center"><img src="/a.jpg"><br><i>{caption}</i></p>')}{signed}{credit}
<table width="100%"><tr><td><b>CÁC TIN KHÁC</b></td></tr>{more}</table></td></tr>
<tr><td colspan="2" align="center">Chịu trách nhiệm: Ông {person(d.rng)}, Phó Chủ tịch UBND xã<br>
Giấy phép số 09/GP-TTĐT ngày 5/1/2020 của Sở Thông tin và Truyền thông</td></tr></table></body>"""
    return document(f"Trang thông tin xã {d.site}", body)


def _definition_list(d: Draft, by: str) -> str:
    """Details of the article as a definition list with words for everything."""
    signed = f'<dd class="nguoi-dua">Viết bởi {by}</dd>' if by else ""
    edited = f'<dd class="sua">Lần cập nhật cuối: {d.clock("%d Tháng {m} %Y")}</dd>' if d.rng.random() < 0.4 else ""
    credit = f"<p><em>(Theo {d.credit})</em></p>" if d.credit else ""
    body = f"""<body class="site"><div class="bar"><span>{d.today}</span></div><div class="sub left"><h3>Tin mới</h3>
<ul class="latest">{listed(d.neighbours[:3])}</ul></div><div class="item-page" id="noidung">
<h2>{d.title}</h2>
<dl class="chi-tiet"><dt>Chi tiết</dt>{signed}<dd class="cm">Chuyên mục: <a href="/t">{d.section}</a></dd>
<dd class="tao">Đăng ngày: {d.weekday}, {d.clock("%d Tháng {m} %Y %H:%M")}</dd>{edited}<dd>Lượt xem: {d.views}</dd>
</dl>
<p><strong>{d.lead}</strong></p>{d.texts()}{credit}
<ul class="pager"><li><a href="/p">Trang trước</a></li></ul></div>
<div class="bot">Bản quyền © 2019 thuộc Trường {d.site}. Thiết kế ngày 20/11/2019</div></body>"""
    return document(d.title, body)


def _hashed_classes(d: Draft, by: str) -> str:
    """Class names that mean nothing; name and date side by side under the headline."""
    name = f"<span>{by}</span><span>·</span>" if by else ""
    credit = f'<div class="css-1q">Nguồn: {d.credit}</div>' if d.credit else ""
    card = '<div class="css-77"><a href="/y"><h3>{title}</h3></a><div class="css-78">{at:%H:%M %d/%m/%Y}</div></div>'
    cards = listed(d.neighbours, card)
    written = d.clock("ngày {d} tháng {m} năm %Y, %H:%M (GMT+7)")
    photo = picture(d, '<figure class="css-5"><img src="/a.webp"><figcaption>{caption}</figcaption></figure>')
    body = f"""<body><div id="__app"><div class="css-0"><div class="css-1">{d.today}</div><div class="css-2">
<a href="/">{d.site}</a></div></div><div class="css-3"><div class="css-9f"><h1 class="css-h">{d.title}</h1>
<div class="css-m">{name}<span>{d.weekday}, {written}</span></div><p class="css-l">{d.lead}</p>
<div class="css-b">{photo}{d.texts("div", "css-p")}</div>{credit}</div><div class="css-s">
<h4>Mới nhất</h4>{cards}</div></div>
<div class="css-f"><div>Chịu trách nhiệm nội dung: {person(d.rng)}</div><div>Giấy phép 33/GP-TTĐT, 14/02/2022</div>
</div></div></body>"""
    return document(f"{d.title} | {d.site}", body)


def _asp_portal(d: Draft, by: str) -> str:
    """One form around the page, the date above the headline, a reporter in a plain last line."""
    signed = f"<p>PV {by}</p>" if by else ""
    credit = f"<p>Nguồn: {d.credit}</p>" if d.credit else ""
    body = f"""<body><form method="post" action="/x.aspx"><input type="hidden" name="__VIEWSTATE" value="dDwtMTQ=">
<div id="ctl00_Head"><span id="ctl00_lblNgay">Hôm nay, {d.today}</span></div>
<div id="ctl00_Trai"><div class="hd">VĂN BẢN MỚI</div><ul><li>
<a href="/v">Quyết định số 12/QĐ-UBND</a> ngày 03/11/2025</li></ul></div>
<div id="ctl00_Giua"><div class="NgayDang">Cập nhật lúc {d.clock("%H:%M")}, {d.weekday} {d.clock("%d/%m/%Y")}</div>
<h3 class="TieuDe">{d.title}</h3><div class="TrichYeu">{d.lead}</div>
<div class="ChiTiet">{d.texts()}{signed}{credit}</div>
<div class="TinKhac"><b>Các tin đã đưa</b><ul>{listed(d.neighbours[:5])}</ul></div></div>
<div id="ctl00_Chan">Trưởng ban biên tập: {person(d.rng)} - Giấy phép số 120/GP-STTTT ngày 7/7/2018</div></form>
</body>"""
    return document(f"Cổng thông tin {d.site}", body)


def _diary(d: Draft, by: str) -> str:
    """The day stands above the headline, no minute; the writer below the text."""
    signed = f'<div class="post-foot"><span>Người viết: {by}</span></div>' if by else ""
    credit = f"<p><i>Sưu tầm: {d.credit}</i></p>" if d.credit else ""
    said = comments(d, "<li><cite>{name}</cite> <span>{at}</span><p>{said}</p></li>")
    body = f"""<body><div class="outer"><div class="hdr"><div class="ttl"><a href="/">Nhật ký {d.site}</a></div></div>
<div class="posts"><div class="dh"><span>{d.weekday}, {d.clock("{d} tháng {m}, %Y")}</span></div>
<div class="post hentry"><h3 class="post-name">{d.title}</h3><div class="post-inner"><p><b>{d.lead}</b>
</p>{d.texts()}{credit}</div>
{signed}<div class="cmts"><h4>{len(d.comments)} nhận xét:</h4><ol>{said}</ol></div></div></div>
<div class="side"><h2>Lưu trữ</h2><ul><li>Tháng 11 2025 (12)</li><li>Tháng 10 2025 (9)</li></ul>
<ul>{listed(d.neighbours[:4])}</ul></div></div></body>"""
    return document(f"{d.title} - Nhật ký {d.site}", body)


def _school(d: Draft, by: str) -> str:
    """Date under the lead with hyphens; text and pictures by the same person, or an office signs."""
    signed = f'<p style="text-align:right;"><b>Bài và ảnh: {by}</b></p>' if by else ""
    credit = f'<p style="text-align:right;">(Nguồn: {d.credit})</p>' if d.credit else ""
    photo = picture(d, '<p align="center"><img src="/a.jpg"></p><p style="text-align:center"><em>{caption}</em></p>')
    body = f"""<body><div class="wrap"><div class="logo"><h1>TRƯỜNG THPT {d.site.upper()}</h1></div>
<div class="ngay-gio">{d.today}</div><div class="content-left"><div class="title-detail">{d.title}</div>
<div class="mota">{d.lead}</div><div class="dang">Đăng ngày {d.clock("{d}-{m}-%Y %H:%M")}</div>
<div class="detail">{d.texts()}{photo}{signed}{credit}</div>
<div class="other">
<h4>Bài viết khác</h4>{listed(d.neighbours[:4], '<p><a href="/z">{title}</a> - {at:%d-%m-%Y}</p>')}</div></div>
<div class="content-right"><h4>LỊCH CÔNG TÁC</h4><p>Tuần 14: từ 01/12/2025 đến 07/12/2025</p></div>
<div class="ft">Địa chỉ: thôn Trung, xã {d.site}. Hiệu trưởng: {person(d.rng)}. Cập nhật giao diện: 15/8/2023</div>
</div></body>"""
    return document(d.title, body)


def _district_portal(d: Draft, by: str) -> str:
    """The hour as `10h15'` before the day; initials."""
    signed = f"<p><i><b>{by}</b></i></p>" if by else ""
    credit = f"<p><i>Theo {d.credit}</i></p>" if d.credit else ""
    body = f"""<body><header class="h"><p>CỔNG THÔNG TIN HUYỆN {d.site.upper()}</p><p id="clk">{d.today}</p></header>
<section class="g"><div class="crumb"><a href="/">Trang chủ</a> / <a href="/t">{d.section}</a></div>
<article class="ct"><header><h1>{d.title}</h1>
<p class="sub">{d.clock("%Hh%M' ngày %d/%m/%Y")}<span>Lượt xem: {d.views}</span></p></header>
<p class="dan"><strong>{d.lead}</strong></p>{d.texts()}{signed}{credit}</article>
<div class="lq"><p>TIN CÙNG CHUYÊN MỤC</p><ul>{listed(d.neighbours[:5])}</ul></div></section>
<footer><p>Chịu trách nhiệm: {person(d.rng)} - Chánh Văn phòng</p><p>Giấy phép số 05/GP-TTĐT ngày 9/9/2021</p>
</footer></body>"""
    return document(f"{d.title} - Huyện {d.site}", body)


def _dated_below(d: Draft, by: str) -> str:
    """Date, counter and name come after the text."""
    name = f"<li>Tác giả bài viết: {by}</li>" if by else ""
    credit = f"<li>Nguồn tin: {d.credit}</li>" if d.credit else ""
    body = f"""<body><div id="page"><div id="head"><span class="today">{d.today}</span></div><div id="mid">
<h1>{d.title}</h1><div class="hometext2"><b>{d.lead}</b></div><div class="bodytext2">{d.texts()}</div>
<ul class="post-info"><li>Ngày đăng: {d.clock("%d/%m/%Y %H:%M")} - Lượt xem: {d.views}</li>{name}{credit}</ul>
<div class="newer"><p>Những tin mới hơn</p><ul>{listed(d.neighbours[:3])}</ul><p>Những tin cũ hơn</p>
<ul>{listed(d.neighbours[3:])}</ul></div></div><div id="end">Giấy phép số 21/GP-TTĐT ngày 02/02/2020</div>
</div></body>"""
    return document(f"{d.title} - {d.section} - {d.site}", body)


def _old_breaks(d: Draft, by: str) -> str:
    """Line breaks instead of paragraphs; the name alone at the end, the day with a full stop between its figures."""
    signed = f"<br><br><b>{by}</b><br>" if by else ""
    credit = f"<br><br>(Theo {d.credit})" if d.credit else ""
    text = "<br>\n<br>\n".join(d.paragraphs)
    body = f"""<body><div class="dau"><font>{d.today}</font></div><table><tr><td><div class="noidung">
<h2>{d.title}</h2>
<span class="xam">{d.clock("%d.%m.%Y, %Hh%M")}</span><br><br><b>{d.lead}</b><br><br>{text}{signed}{credit}
<br><br><b>Tin đã đưa</b><ul>{listed(d.neighbours[:4])}</ul></div></td></tr>
<tr><td>Ban quản trị: {person(d.rng)}. Khai trương ngày 2/9/2012</td></tr></table></body>"""
    return document(f"{d.title} - Hội đồng hương {d.site}", body)


def _posted_by(d: Draft, by: str) -> str:
    """Who and when in one sentence under the headline."""
    who = f"Đăng bởi {by} lúc " if by else "Đăng lúc "
    credit = f"<p><b>Nguồn: {d.credit}</b></p>" if d.credit else ""
    body = f"""<body><div class="b0">{d.today}</div><div class="b1"><h1>{d.title}</h1>
<p class="b2">{who}{d.clock("%H:%M ngày {d}/{m}/%Y")}</p><div class="b3"><p>{d.lead}</p>{d.texts()}{credit}</div>
<div class="b4"><h3>Bài viết cùng chuyên mục</h3><ul>{listed(d.neighbours[:4])}</ul></div></div>
<div class="b5">Quản trị: {person(d.rng)}. Lần sửa giao diện gần nhất 03/03/2024</div></body>"""
    return document(f"{d.title} - Câu lạc bộ {d.site}", body)


def _name_line(d: Draft, by: str) -> str:
    """Name, day and time in a line each, under the headline."""
    name = f'<div class="c2">{by}</div>' if by else ""
    credit = f"<p>(Nguồn: {d.credit})</p>" if d.credit else ""
    body = f"""<body><div class="c0"><span>{d.today}</span></div><div class="c1"><h1>{d.title}</h1>{name}
<div class="c3">{d.weekday} ngày {d.clock("%d/%m/%Y")}</div><div class="c4">{d.clock("{h} giờ %M phút")}</div>
<div class="c5"><p>{d.lead}</p>{d.texts()}{credit}</div><div class="c6"><h3>Các tin khác</h3>
<ul>{listed(d.neighbours[:4])}</ul></div></div><div class="c7">Biên tập: {person(d.rng)}</div></body>"""
    return document(f"{d.title} - Hội {d.site}", body)


def _bare_cell(d: Draft, by: str) -> str:
    """Text right in a cell of the layout table, parted by line breaks, a label before the name."""
    signed = f"<br><br>Bài: <b>{by}</b>" if by else ""
    credit = f"<br><br>Theo {d.credit}" if d.credit else ""
    other = "<br>".join(f'» <a href="/r">{n.title}</a> <small>{n.at:%d/%m/%Y}</small>' for n in d.neighbours[:4])
    body = f"""<body><table width="900"><tr><td>{d.today}</td></tr><tr><td class="chinh">
<font size="5"><b>{d.title}</b></font><br>
<small>Đăng lúc {d.clock("%H:%M ngày %d/%m/%Y")}</small><br><b>{d.lead}</b><br>
<br>{"<br>".join(d.paragraphs)}{signed}{credit}
<br><br><u>Tin liên quan</u><br>{other}</td></tr><tr><td>Phụ trách trang: {person(d.rng)}, lập ngày 8/8/2020</td></tr>
</table></body>"""
    return document(f"{d.title} - Dòng họ {d.site}", body)


TUNED = (
    Layout("city_news", _city_news),
    Layout("commune_table", _commune_table),
    Layout("definition_list", _definition_list),
    Layout("hashed_classes", _hashed_classes),
    Layout("asp_portal", _asp_portal),
    Layout("diary", _diary, has_time=False),
    Layout("school", _school, names="body"),
    Layout("district_portal", _district_portal, names="initials"),
    Layout("dated_below", _dated_below),
    Layout("old_breaks", _old_breaks),
    Layout("posted_by", _posted_by),
    Layout("name_line", _name_line),
    Layout("bare_cell", _bare_cell),
)
