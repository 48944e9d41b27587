"""By what each disguise is known: addresses, names of programs, titles and lines, all lower case.

Wording observed on such pages; extend it here, one alternative per line, and add a page to the tests.
"""

import re
from typing import Final

CHALLENGE: Final = "challenge"
LOGIN: Final = "login"
PARKED: Final = "parked"
MAINTENANCE: Final = "maintenance"
SOFT_404: Final = "soft_404"


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{a})" for a in alternatives))


# Where a server leads those whom it does not let in, or whose page it has no more; matched in lower case.
ADDRESSES: Final = (
    (
        LOGIN,
        _any(
            r"/_layouts/(?:\d\d/)?(?:authenticate|login|accessdenied)\.aspx",
            r"/_login/|/_(?:forms|windows)/default\.aspx",
            r"/(?:login|signin|sign-in|log-in|dang-?nhap|wp-login)(?:\.(?:html?|php|aspx?|jsp|do))?/?(?:[?#;]|$)",
            r"/(?:account|users?|member|auth|sso|cas|c/portal)/(?:login|signin|dang-?nhap)\b",
            r"[?&]nv=users&op=login\b",
            r"^https?://(?:accounts\.google\.com|login\.microsoftonline\.com)/",
        ),
    ),
    (PARKED, _any(r"/cgi-sys/(?:suspendedpage|defaultwebpage)\.cgi", r"/(?:sedo)?parking/?$", r"/lander/?$")),
    (
        SOFT_404,
        _any(
            r"[?&]aspxerrorpath=",
            r"/(?:error-?|page-?|loi-?)?404(?:\.\w{3,5})?/?(?:[?#]|$)",
            r"/(?:(?:page-?)?not-?found|khong-tim-thay(?:-trang)?)(?:\.\w{3,5})?/?(?:[?#]|$)",
            r"/_layouts/(?:\d\d/)?(?:sp)?error\.aspx",
        ),
    ),
)
HOME: Final = re.compile(
    r"/*(?:(?:vi|vn|en|vi-vn)/*)?(?:(?:web/guest|portal|pages|portal/pages)/*)?"
    r"(?:(?:index|default|home|homepage|trang-?chu|main)(?:\.(?:html?|php|aspx?|jsp))?/*)?"
)
# Parameters that change nothing about which page it is.
IDLE_PARAMETERS: Final = re.compile(r"utm_\w+|fbclid|gclid|zarsrc|ref|lang|language")

# Programs of checks and of parking companies. Cloudflare puts `/cdn-cgi/challenge-platform/` on ordinary pages too.
MARKERS: Final = (
    (
        CHALLENGE,
        (
            b"_cf_chl_opt",
            b"cf-browser-verification",
            b"/cdn-cgi/l/chk_",
            b'id="challenge-form"',
            b'id="challenge-running"',
            b"/.well-known/ddos-guard/",
            b"sucuri_cloudproxy",
            b"_incapsula_resource",
            b"slowaes.decrypt",
            b"px-captcha",
            b"captcha-delivery.com",
            b"awswafintegration",
            b"awswafcookiedomainlist",
            b"/.within.website/",
        ),
    ),
    (
        PARKED,
        (
            b"sedoparking.com",
            b"parkingcrew.net",
            b"bodis.com",
            b"parking-lander",
            b"/cgi-sys/defaultwebpage.cgi",
            b"hugedomains.com/domain",
            b"afternic.com/forsale",
            b"dan.com/buy-domain",
            b'location.href="/lander"',
        ),
    ),
)
CAPTCHA_FIELDS: Final = (b"g-recaptcha", b"h-captcha", b"cf-turnstile", b"captcha.aspx", b"captcha.php", b"/captcha/")
SETS_COOKIE: Final = (b"document.cookie", b"|cookie|")
RELOADS: Final = (
    b"location.reload", b"location.href", b"location.replace", b"location=", b"location =", b"|reload|", b"refresh",
)  # fmt: skip
# A page that says so of itself is an article, whatever else it says.
DATED: Final = (b"datepublished", b"article:published_time")

# Titles of pages that come with a web server: no article is called so.
STOCK_TITLES: Final = _any(
    r"welcome to (?:nginx|openresty|centos|apache|caddy|plesk).*",
    r"apache2? .{0,30}default page.*",
    r"it works\W*",
    r"iis ?\d.*|iis windows server|internet information services",
    r"(?:http server )?test page (?:for|powered by) .{0,60}",
    r"(?:domain )?default (?:page|web ?site page)|web server's default page",
    r"index of /.*",
)
# A whole part of the title that is nothing but this.
TITLES: Final = (
    (
        CHALLENGE,
        _any(
            r"just a moment\W*|one moment,? please\W*|attention required\W*|you are being redirected\W*",
            r"checking your browser.*|ddos-guard|request rejected|access denied|sucuri website firewall",
            r"(?:human|bot|browser|security) (?:verification|check)|robot check|captcha",
            r"are you (?:a )?(?:human|robot)\W*",
            r"(?:xác minh|xác thực|xác nhận|kiểm tra) (?:bảo mật|truy cập|trình duyệt)",
            r"(?:xác minh|xác nhận) (?:rằng )?bạn .{0,20}(?:robot|người máy|con người)",
        ),
    ),
    (
        PARKED,
        _any(
            r"account suspended|domain (?:suspended|expired|parked|for sale)|.{0,60}\bis for sale\W*",
            r"(?:website |trang web )?coming soon\W*|under construction|website đang (?:được )?xây dựng",
            r"tên miền .{0,40}(?:hết hạn|tạm ngừng|tạm ngưng|bị khóa|đang được bán).*",
        ),
    ),
    (
        MAINTENANCE,
        _any(
            r"(?:(?:site|website|scheduled|server|system|down for|under) )*maintenance(?: mode)?",
            r"(?:thông báo )?bảo trì(?: hệ thống| website| trang web)?",
            r"(?:website|trang(?: web| tin)?|hệ thống|cổng thông tin(?: điện tử)?) (?:đang|tạm) "
            r".{0,20}(?:bảo trì|nâng cấp)\W*",
            r"we'll be (?:right )?back(?: soon)?\W*",
        ),
    ),
    (LOGIN, _any(r"(?:trang )?đăng nhập(?: hệ thống| quản trị)?", r"log ?in|sign ?in|login page")),
    (
        SOFT_404,
        _any(
            r"(?:(?:lỗi|error|http|oops)\W*)?404(?:\W+(?:lỗi|error|(?:page )?not found|không tìm thấy.{0,20}))?\W*",
            r"(?:lỗi\W+|error\W+)?(?:(?:page|file|article) )?not found\W*",
            r"(?:(?:úi|rất tiếc|xin lỗi|lỗi)\W+)?không tìm thấy(?: (?:trang|bài viết|nội dung|đường dẫn|địa chỉ))?"
            r"(?: (?:này|yêu cầu|web))?\W*",
            r"(?:lỗi\W+)?(?:trang|bài viết|nội dung|đường dẫn)(?: (?:web|này|yêu cầu))* "
            r"(?:không (?:còn )?tồn tại|đã bị (?:xóa|xoá|gỡ))\W*",
        ),
    ),
)

_THING = r"(?:trang|bài viết|bài báo|tin bài|bản tin|nội dung|địa chỉ|đường dẫn|liên kết|đường link|url|chuyên mục)"
_GONE = r"(?:không (?:còn )?tồn tại|không (?:được |thể )?tìm thấy|(?:đã )?bị (?:xóa|xoá|gỡ))"
# Lines of bare pages, searched.
NOTICES: Final = (
    (
        CHALLENGE,
        _any(
            r"checking (?:your browser|if the site connection)",
            r"(?:verify|confirm|prove)(?:ing)? (?:that )?you(?: are|'re) (?:a )?(?:human|not a (?:ro)?bot)",
            r"enable javascript and cookies to continue|unusual traffic|ddos protection by",
            r"performing security verification|requested url was rejected|you have been blocked",
            r"(?:bạn|quý khách|quý vị)[^.]{0,30}không phải(?: là)? (?:robot|bot|người máy)",
            r"(?:xác minh|xác nhận|chứng minh)[^.]{0,20}(?:bạn|quý khách|quý vị) là (?:con )?người\b",
            r"đang kiểm tra (?:trình duyệt|kết nối)|kiểm tra trình duyệt của bạn",
            r"nhập (?:mã|chuỗi|các ký tự)[^.]{0,40}để (?:tiếp tục|truy cập|xem)",
            r"(?:truy cập|yêu cầu|địa chỉ ip|ip)(?: này)? của (?:bạn|quý khách)[^.]{0,20} bị (?:tạm )?"
            r"(?:chặn|từ chối|khóa)",
            r"(?:lưu lượng|truy cập|hoạt động)(?: truy cập)? bất thường từ|tường lửa[^.]{0,30}(?:chặn|từ chối)",
        ),
    ),
    (
        PARKED,
        _any(
            r"domain(?: name)?(?: \S{1,80})? (?:is|may be|has been|has) (?:for sale|parked|expired|suspended)",
            r"buy this domain|account has been suspended|hosting account[^.]{0,30}suspended",
            r"tên miền[^.]{0,60}(?:\.vn[^.]{0,20})? (?:đã |bị |đang )?"
            r"(?:hết hạn|tạm ngừng|tạm ngưng|tạm khóa|bị khóa|được rao bán)",
            r"tên miền[^.]{0,60}(?:\.vn[^.]{0,20})? đã (?:được đăng ký|có chủ)",
            r"(?:hosting|website|trang web|gói dịch vụ)[^.]{0,40} (?:đã hết hạn|bị tạm (?:khóa|ngưng|ngừng|dừng))",
        ),
    ),
    (
        MAINTENANCE,
        _any(
            r"briefly unavailable for scheduled maintenance",
            r"(?:down for|under|undergoing|performing) (?:\w{1,20} )?maintenance",
            r"(?:website|trang(?: web| tin| thông tin)?|hệ thống|cổng thông tin(?: điện tử)?|máy chủ)[^.]{0,60}"
            r"\b(?:đang|tạm)\b[^.]{0,40}(?:bảo trì|nâng cấp|bảo dưỡng)",
        ),
    ),
)
# A line within the frame of a site that tells its reader that there is nothing here; matched from the line's beginning.
MISSING: Final = re.compile(
    r"\W*(?:(?:rất tiếc|xin lỗi|thông báo|oops|úi|lỗi|404|error)\W+){0,3}(?:"
    rf"không tìm thấy {_THING}(?:\W*$|[^.]{{0,40}}\b(?:bạn|quý|này|yêu cầu)\b)"
    rf"|{_THING}[^.]{{0,40}}\b(?:bạn|quý|này|yêu cầu)\b[^.]{{0,60}} {_GONE}"
    rf"|{_THING} {_GONE}(?:\W*$|[^.]{{0,20}}\bhoặc\b)"
    r"|(?:the |this )?page (?:you |that )?[^.]{0,40}(?:cannot|could not|can't|was not|isn't|not) (?:be )?found"
    r"|(?:the |this )?page (?:does not|doesn't|no longer) exists?"
    r"|404\W{0,5}(?:page )?not found\W*$"
    r")"
)
