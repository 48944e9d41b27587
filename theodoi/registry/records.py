"""One class per table of the registry: a row as the rest of the house knows it."""

import datetime
from dataclasses import dataclass
from datetime import date
from typing import Literal

Confidence = Literal["confirmed", "likely", "unverified", ""]
Channel = Literal["feed", "sitemap", "listing", "calendar", "tag", "link"]

CHANNELS: tuple[Channel, ...] = ("feed", "sitemap", "listing", "calendar", "tag", "link")
CLASS_PREFIX = "class:"
# The sites are small offices' servers: one page in five seconds is what a patient reader asks for.
LEAST_PUBLIC_DELAY_S = 5.0


@dataclass(frozen=True, slots=True)
class Agency:
    """A body with a duty in the plan, a body that succeeded one, or a channel that one of them runs.

    Attributes:
        agency_id: Identifier.
        name: Official name, Vietnamese.
        kind: Kind of body, e.g. `so_ban_nganh`, `co_quan_bao_chi`.
        level: `tinh`, `huyen`, `xa` or `truong`.
        report_class: Class under which the plan binds it (`bao_chi`, `so_ban_nganh` …); empty when the plan does not.
        valid_from: First day of its existence; None when it lies before all that is watched.
        valid_to: Last day; None while it lives.
        successors: Bodies that took over its work.
        aliases: Other names and abbreviations by which texts call it.
        plan_role: What the plan expects of it, Vietnamese.
        confidence: How sure the body is.
        date_confidence: How sure its days are.
        evidence_url: Page that shows it.
        notes: What else a reader must know, Vietnamese.
    """

    agency_id: str
    name: str
    kind: str = ""
    level: str = ""
    report_class: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    plan_role: str = ""
    confidence: Confidence = ""
    date_confidence: Confidence = ""
    evidence_url: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A site that an agency answers for, in one generation of its platform.

    Attributes:
        source_id: Identifier; also a folder name of the lake.
        agency_id: Agency that answers for it.
        base_url: Scheme, host and perhaps port, without a closing slash.
        platform: Name of the platform module; `generic` when none is known.
        discovery: Channels that the site really has.
        start_urls: Where its listings begin, absolute.
        valid_from: First day of publication that the site can show; None when unknown or before all that is watched.
        valid_to: Last such day; None while it lives.
        delay_s: Least delay between two requests, seconds.
        daily_budget: Most requests in one day (Vietnam); None: as many as the delay allows.
        hours: Hours of the day (Vietnam) in which it may be asked, `HH:MM-HH:MM`, past midnight where the second lies
            before the first; empty: at any hour.
        status: `active` (seen, crawled), `guess` (a guessed address, never asked) or `closed` (seen, but asked no more;
            pages of it may still come out of archives).
        confidence: How sure the address is.
        notes: What else a reader must know, Vietnamese.
    """

    source_id: str
    agency_id: str
    base_url: str
    platform: str = "generic"
    discovery: tuple[Channel, ...] = CHANNELS
    start_urls: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    delay_s: float = LEAST_PUBLIC_DELAY_S
    daily_budget: int | None = None
    hours: str = ""
    status: Literal["active", "guess", "closed"] = "active"
    confidence: Confidence = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty of the publicity plan.

    Attributes:
        obligation_id: Identifier.
        section: Section of the plan, e.g. `III.3`.
        binds: Agencies, and classes as `class:<report_class>`.
        asks: What is asked, Vietnamese, in our words.
        product_kinds: What would fulfil it: `tin`, `bai`, `phong_su`, `bao_cao` …
        themes: Content lines it speaks of; empty when of all or none.
        frequency: `thuong_xuyen` (all the time), `hang_nam` (yearly), `mot_lan` (once) or `khi_co` (when it arises).
        observable: Whether the web can show it: `web`, `partly` or `no`.
        how_observed: By which sign, Vietnamese.
        why_not: Why not, or what stays hidden, Vietnamese.
        due: Day of each year before which it is due, `MM-DD`; empty without one.
        since: First day on which it binds.
        until: Last such day; None while it binds.
        confidence: How sure our reading of the plan is.
        notes: What else a reader must know, Vietnamese.
    """

    obligation_id: str
    section: str
    binds: tuple[str, ...]
    asks: str
    observable: Literal["web", "partly", "no"]
    product_kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    frequency: str = ""
    how_observed: str = ""
    why_not: str = ""
    due: str = ""
    since: date | None = None
    until: date | None = None
    confidence: Confidence = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the programme, one it rests on, or one that is easily taken for it.

    Attributes:
        document_id: Identifier.
        title: What it is about, Vietnamese.
        role: `programme`, `plan`, `basis` or `confuser`.
        number: Number and symbol, e.g. `1584/QĐ-UBND`; empty when unknown.
        date: Day of issue; None when unknown.
        kind: Quyết định, Kế hoạch, Chỉ thị …
        issuer: Who issued it.
        issuer_agency_id: The same as an agency of the registry, where it is one.
        place: Province it holds for, or `toàn quốc`.
        patterns: Regular expressions by which a text that cites it is known (case ignored).
        aliases: Names by which texts call it.
        evidence_url: Page that shows it.
        confidence: How sure it is.
        notes: What else a reader must know, Vietnamese.
    """

    document_id: str
    title: str
    role: Literal["programme", "plan", "basis", "confuser"]
    number: str = ""
    date: datetime.date | None = None
    kind: str = ""
    issuer: str = ""
    issuer_agency_id: str = ""
    place: str = ""
    patterns: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    evidence_url: str = ""
    confidence: Confidence = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A content line of the plan.

    Attributes:
        theme_id: Identifier.
        name: Vietnamese, short enough for a table.
        description: What belongs to it, Vietnamese.
        section: Section of the plan it comes from.
    """

    theme_id: str
    name: str
    description: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that decides whether a text is about the province.

    Attributes:
        place_id: Identifier.
        name: Official name, Vietnamese.
        kind: `tinh`, `thanh_pho`, `thi_xa`, `huyen`, `phuong`, `xa`, `thi_tran`, `vung` or `khu_cong_nghiep`.
        level: `tinh`, `huyen`, `xa` or empty.
        parent: Place it lies in.
        variants: Spellings by which texts call it.
        valid_from: First day of its existence under this name; None when before all that is watched.
        valid_to: Last such day; None while it lives.
        confidence: How sure it is.
        notes: What else a reader must know, Vietnamese.
    """

    place_id: str
    name: str
    kind: str
    level: str = ""
    parent: str = ""
    variants: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    confidence: Confidence = ""
    notes: str = ""
