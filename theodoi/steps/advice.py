"""What went wrong by its name in the ledgers, what class of failure that is, and what a person should do about it."""

from dataclasses import dataclass
from typing import Final, Literal

from spiders import outcomes, pacing

FailureClass = Literal["passing", "site", "refused", "ours", "setup"]

# The site has been silent for longer than its past explains (`transforms.completeness.silence`).
SILENCE: Final = "silence"
# A channel may have hidden articles between two readings.
GAP: Final = "gap"


@dataclass(frozen=True, slots=True)
class Advice:
    """What one name means for the operator.

    Attributes:
        failure: `passing`: nothing to do unless it stays; `site`: the site is broken, has changed or moved, and the
            registry or the platform must follow; `refused`: the site does not want us; `ours`: a bound of our own was
            reached; `setup`: this machine.
        text: What to do, Vietnamese, one line.
    """

    failure: FailureClass
    text: str


CLASSES: Final[dict[FailureClass, str]] = {
    "passing": "tạm thời",
    "site": "trang hỏng hoặc đã đổi",
    "refused": "trang từ chối",
    "ours": "giới hạn tự đặt",
    "setup": "máy này",
}

ADVICE: Final[dict[str, Advice]] = {
    # The site answers badly or not at all
    outcomes.SERVER_ERROR: Advice(
        "passing", "máy chủ của trang đang lỗi: theodoi tự thử lại thưa dần; quá 3 ngày thì báo quản trị trang"
    ),
    outcomes.TIMEOUT: Advice("passing", "trang trả lời quá chậm: đặt `hours` ngoài giờ cao điểm trong sources.csv"),
    outcomes.CONNECTION_ERROR: Advice("passing", "không kết nối được: kiểm tra tên miền và mạng của máy này"),
    outcomes.TRUNCATED: Advice("passing", "trang đứt giữa chừng: theodoi tự thử lại"),
    outcomes.MAINTENANCE: Advice("passing", "trang báo bảo trì: đợi; quá 3 ngày thì báo quản trị trang"),
    outcomes.RATE_LIMITED: Advice("refused", "trang nói hỏi quá nhiều: tăng `delay_s` hoặc đặt `daily_budget`"),
    # The site refuses
    outcomes.ROBOTS: Advice("refused", "robots.txt không cho đọc: tôn trọng; xin phép hoặc đặt status=closed"),
    outcomes.HTTP_ERROR: Advice("refused", "máy chủ từ chối (401, 403 …): xem mã trả lời, xin quản trị mở cho theodoi"),
    outcomes.CHALLENGE: Advice("refused", "trang hỏi “bạn là người?”: không vượt; xin quản trị cho User-Agent theodoi"),
    outcomes.LOGIN: Advice("refused", "trang đòi đăng nhập: bài không công khai; xin quản trị hoặc bỏ nguồn"),
    # The site is another one
    outcomes.GONE: Advice("site", "địa chỉ không còn: mở trang xem, sửa `start_urls` trong sources.csv"),
    outcomes.SOFT_404: Advice("site", "trang báo “không tìm thấy” với mã 200: sửa `start_urls` trong sources.csv"),
    outcomes.REDIRECT_LOOP: Advice("site", "trang tự chuyển hướng vòng quanh: kiểm tra `base_url` trong sources.csv"),
    outcomes.OFF_SITE: Advice("site", "trang chuyển sang máy chủ khác: có thể đã đổi tên miền, thêm nguồn mới"),
    outcomes.PARKED: Advice("site", "tên miền đã bị bỏ hoặc bán: tìm trang mới của cơ quan, đóng nguồn này"),
    outcomes.CERTIFICATE_ERROR: Advice("site", "chứng chỉ HTTPS sai hoặc hết hạn: báo quản trị trang; không bỏ qua"),
    outcomes.NOT_HTML: Advice("site", "địa chỉ không phải trang web: kiểm tra `start_urls` trong sources.csv"),
    outcomes.EMPTY: Advice("site", "trang trả lời rỗng: mở bằng trình duyệt, chạy `theodoi probe`"),
    outcomes.TOO_LARGE: Advice("site", "trả lời lớn hơn 20 MB: kiểm tra địa chỉ, có thể là tệp chứ không phải trang"),
    "empty_listing": Advice("site", "danh mục không còn bài nào: giao diện có thể đã đổi, chạy `theodoi probe`"),
    "canary_lost": Advice(
        "site", "bài mới nhất đã biết biến khỏi danh mục mà không có bài nào mới: xem trang bằng trình duyệt"
    ),
    "broken_xml": Advice("site", "feed hoặc sitemap hỏng: báo quản trị trang; các kênh khác vẫn được đọc"),
    SILENCE: Advice("site", "im lặng lâu hơn thường lệ: mở trang xem; nếu có bài mới thì chạy `theodoi probe`"),
    # Our own bounds
    "depth_limit": Advice("ours", "danh mục sâu hơn giới hạn: kiểm tra có phải vòng lặp; nếu không, thêm sitemap"),
    outcomes.DENIED: Advice("ours", "loại địa chỉ mà nền tảng này bỏ qua (bản in, âm thanh …): không phải làm gì"),
    "time_limit": Advice("ours", "hết giờ dành cho một lần: lần sau tự đọc tiếp"),
    pacing.BUDGET: Advice("ours", "hết số yêu cầu của hôm nay (`daily_budget`): mai đọc tiếp, hoặc tăng lên"),
    pacing.HOURS: Advice("ours", "ngoài giờ được hỏi (`hours`): đến giờ thì tự đọc tiếp"),
    "gave_up": Advice("passing", "quá nhiều lỗi liên tiếp nên để trang nghỉ: tự quay lại thưa dần; xem lỗi kèm theo"),
    GAP: Advice("ours", "có lúc trang đăng nhanh hơn ta xem: bật `crawl_due`, chạy `theodoi crawl --rewalk 60`"),
    # This machine
    "killed": Advice("setup", "lần trước bị dừng giữa chừng, tự chạy tiếp: xem nhật ký trong data/work/crawl"),
    outcomes.PRIVATE_HOST: Advice(
        "setup", "địa chỉ nội bộ bị từ chối: chỉ khi chạy thử mới đặt THEODOI_ALLOW_PRIVATE=1"
    ),
}
NEVER_CRAWLED: Final = "chạy `theodoi crawl`"


def advice_of(name: str) -> Advice:
    """What to do about a name of the ledgers; of one that a later version wrote only where to read on."""
    return ADVICE.get(name) or Advice("site", "tên lạ trong sổ: xem nhật ký trong data/work/crawl")
