"""The nine sites of the sample province: who answers for them, on which platform, what they write about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from demo.writing.piece import Genre, Style

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2024, 6, 30)
# QĐ 1584/QĐ-UBND is of this day; no site is watched for the time before it.
PROGRAMME_DAY = date(2022, 6, 7)
# The newspaper changed its software in the middle of July 2023.
LEGACY_LAST_DAY = date(2023, 7, 15)
ONECMS_FIRST_DAY = date(2023, 7, 16)

CITY = "TP Hải Dương"
DISTRICTS = (
    CITY,
    "Chí Linh",
    "Kinh Môn",
    "Nam Sách",
    "Thanh Hà",
    "Cẩm Giàng",
    "Bình Giang",
    "Gia Lộc",
    "Tứ Kỳ",
    "Ninh Giang",
    "Thanh Miện",
    "Kim Thành",
)


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """What one site is and what it writes about.

    Attributes:
        source_id: Site.
        agency_id: Agency that answers for it.
        platform: Platform of the site.
        site_name: Name in its banner, Vietnamese.
        style: Register of its texts.
        count: Pieces of its own, reprints not counted.
        first_day: First day with a piece.
        last_day: Last day with a piece.
        valid_from: Since when the registry knows it.
        valid_to: Until when; None while it lives.
        discovery: Channels that the site offers.
        sections: Slug -> name; the last of them is for everything that has to do with labour and training.
        explicit: Share of pieces that name the programme.
        implicit: Share of pieces about its work.
        places: Districts it writes about; empty means all alike.
        genres: Genre -> weight.
        hours: First and last hour of the day in which it publishes.
        weekend: Weight of a Saturday or Sunday against a working day.
    """

    source_id: str
    agency_id: str
    platform: str
    site_name: str
    style: Style
    count: int
    discovery: tuple[str, ...]
    sections: Mapping[str, str]
    genres: Mapping[Genre, float]
    explicit: float
    implicit: float
    first_day: date = FIRST_DAY
    last_day: date = LAST_DAY
    valid_from: date = PROGRAMME_DAY
    valid_to: date | None = None
    places: tuple[str, ...] = ()
    hours: tuple[int, int] = (7, 17)
    weekend: float = 0.1

    @property
    def work_section(self) -> str:
        """Section for labour, training and jobs."""
        return list(self.sections)[-1]


_PAPER_GENRES: Mapping[Genre, float] = {"tin": 6.0, "bai": 4.0, "phong_su": 0.8, "phong_van": 0.6, "thong_bao": 0.2}

SOURCES = (
    SourcePlan(
        source_id="bhd_cu",
        agency_id="bao_hai_duong",
        platform="bhd_legacy",
        site_name="Báo Hải Dương điện tử (mẫu)",
        style="bao",
        count=70,
        discovery=("listing",),
        # Slugs and numbers of the real section listings; the labour section's number is ours.
        sections={
            "kinh-te": "Kinh tế",
            "xa-hoi": "Xã hội",
            "khoa-hoc---giao-duc": "Khoa học - Giáo dục",
            "lao-dong---viec-lam": "Lao động - Việc làm",
        },
        genres=_PAPER_GENRES,
        explicit=0.085,
        implicit=0.36,
        last_day=LEGACY_LAST_DAY,
        valid_to=LEGACY_LAST_DAY,
        hours=(5, 22),
        weekend=0.6,
    ),
    SourcePlan(
        source_id="bao_hai_duong",
        agency_id="bao_hai_duong",
        platform="onecms",
        site_name="Báo Hải Dương (mẫu)",
        style="bao",
        count=130,
        discovery=("feed", "sitemap", "listing"),
        sections={
            "kinh-te": "Kinh tế",
            "xa-hoi": "Xã hội",
            "doi-song": "Đời sống",
            "khoa-hoc-giao-duc": "Khoa học - Giáo dục",
            "lao-dong-viec-lam": "Lao động - Việc làm",
        },
        genres=_PAPER_GENRES,
        explicit=0.085,
        implicit=0.36,
        first_day=ONECMS_FIRST_DAY,
        hours=(5, 22),
        weekend=0.6,
    ),
    SourcePlan(
        source_id="cong_ttdt",
        agency_id="cong_ttdt_tinh",
        platform="tandan_sharepoint",
        site_name="Cổng thông tin điện tử tỉnh Hải Dương (mẫu)",
        style="cong",
        count=50,
        discovery=("listing",),
        sections={
            "tin-hoat-dong": "Tin hoạt động",
            "chi-dao-dieu-hanh": "Chỉ đạo, điều hành",
            "lao-dong-viec-lam": "Lao động, việc làm",
        },
        genres={"tin": 6.0, "bai": 1.5, "van_ban": 2.0, "thong_bao": 0.8},
        explicit=0.10,
        implicit=0.38,
    ),
    SourcePlan(
        source_id="vienkiemsat",
        agency_id="vksnd_tinh",
        platform="nukeviet",
        site_name="Viện kiểm sát nhân dân tỉnh Hải Dương (mẫu)",
        style="nganh",
        count=33,
        discovery=("feed", "sitemap", "listing"),
        sections={
            "tin-hoat-dong": "Tin hoạt động",
            "trao-doi-nghiep-vu": "Trao đổi nghiệp vụ",
            "tin-trong-tinh": "Tin trong tỉnh",
        },
        genres={"tin": 6.0, "bai": 2.0, "thong_bao": 0.6},
        explicit=0.06,
        implicit=0.12,
    ),
    SourcePlan(
        source_id="cdn",
        agency_id="cdn_hai_duong",
        platform="wordpress",
        site_name="Trường Cao đẳng nghề Hải Dương (mẫu)",
        style="truong",
        count=42,
        discovery=("feed", "sitemap", "listing"),
        sections={"tin-tuc": "Tin tức", "thong-bao": "Thông báo", "tuyen-sinh-viec-lam": "Tuyển sinh - Việc làm"},
        genres={"tin": 5.0, "bai": 2.0, "thong_bao": 3.0},
        explicit=0.07,
        implicit=0.62,
        places=(CITY,),
    ),
    SourcePlan(
        source_id="thanhmien",
        agency_id="ubnd_thanhmien",
        platform="haiduong_subportal_v1",
        site_name="Trang thông tin điện tử huyện Thanh Miện (mẫu)",
        style="huyen",
        count=34,
        discovery=("listing",),
        sections={
            "tin-trong-huyen": "Tin trong huyện",
            "kinh-te-xa-hoi": "Kinh tế - Xã hội",
            "lao-dong-viec-lam": "Lao động - Việc làm",
        },
        genres={"tin": 7.0, "bai": 1.0, "thong_bao": 1.5},
        explicit=0.07,
        implicit=0.32,
        places=("Thanh Miện",),
    ),
    SourcePlan(
        source_id="ninhgiang",
        agency_id="ubnd_ninhgiang",
        platform="haiduong_subportal_v2",
        site_name="Trang thông tin điện tử huyện Ninh Giang (mẫu)",
        style="huyen",
        count=30,
        discovery=("listing",),
        sections={
            "tin-tuc-su-kien": "Tin tức - Sự kiện",
            "van-hoa-xa-hoi": "Văn hóa - Xã hội",
            "lao-dong-viec-lam": "Lao động - Việc làm",
        },
        genres={"tin": 7.0, "bai": 1.0, "thong_bao": 1.5},
        explicit=0.07,
        implicit=0.32,
        places=("Ninh Giang",),
    ),
    SourcePlan(
        source_id="haiduongtv",
        agency_id="dai_ptth_hai_duong",
        platform="haiduongtv",
        site_name="Truyền hình Hải Dương (mẫu)",
        style="dai",
        count=45,
        discovery=("listing",),
        sections={"thoi-su": "Thời sự", "kinh-te": "Kinh tế", "lao-dong-viec-lam": "Lao động - Việc làm"},
        genres={"tin": 6.0, "bai": 1.0, "phong_su": 1.6, "video": 1.4},
        explicit=0.09,
        implicit=0.36,
        hours=(6, 21),
        weekend=0.7,
    ),
    SourcePlan(
        source_id="hdnd",
        agency_id="hdnd_tinh",
        platform="hdnd_custom",
        site_name="Hội đồng nhân dân tỉnh Hải Dương (mẫu)",
        style="cong",
        count=0,
        discovery=("listing",),
        sections={"tin-tuc": "Tin tức"},
        genres={},
        explicit=0.0,
        implicit=0.0,
    ),
)
BY_ID = {s.source_id: s for s in SOURCES}
