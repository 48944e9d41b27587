"""What must hold before a database is published, as data: frames that are read once, and rules on them.

A frame is a query of the database that is judged; a rule is one expectation of Great Expectations on it, how grave its
breach is, and what it means in the words of those who read the refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from transforms.agreement import RELIABLE_FROM, TENTATIVE_FROM
from transforms.codebook import RELEVANCE
from transforms.completeness.grades import A_MISSES_AT_MOST, B_MISSES_AT_MOST

Severity = Literal["error", "warning"]

GENRES = ("tin", "bai", "phong_su", "anh", "video", "phong_van", "van_ban", "thong_bao", "")
REASONS = {
    "discover": ("denied",),
    "fetch": (
        *("robots", "gone", "http_error", "server_error", "timeout", "connection_error", "redirect_loop", "off_site"),
        *("too_large", "truncated", "not_html", "empty", "private_host", "not_yet_fetched", "rate_limited"),
        *("challenge", "login", "parked", "maintenance", "soft_404", "certificate_error"),
    ),
    "extract": (
        *("not_html", "empty_page", "listing_page", "locked", "no_title", "no_date", "no_text", "unreadable"),
        *("reader_failed", "not_yet_read"),
    ),
    "validity": ("no_date", "before_source", "after_source", "in_future"),
    "identity": ("same_text", "other_version", "moved_here"),
}
CHANNELS = ("feed", "sitemap", "listing", "calendar", "tag", "link", "probe", "outside", "archive")
CRAWL_KINDS = ("crawl", "archive", "import")
CRAWL_ENDS = ("finished", "time_limit", "budget", "hours", "gave_up", "killed")
# What an id says, and why it may say nothing: the outcomes of a fetch.
PROBE_OUTCOMES = (
    "article",
    "known",
    "other",
    "no_page",
    "denied",
    *(r for r in REASONS["fetch"] if r != "not_yet_fetched"),
)
GRADES = ("A", "B", "C", "X")
# Articles only ever come in: withdrawals and rules that read better take a few out, never a tenth of a source.
VOLUME_KEPT = 0.9


@dataclass(frozen=True)
class Frame:
    """Rows that rules look at.

    Attributes:
        name: Identifier.
        table: Table that a refusal names.
        keys: Columns by which an offending row is shown.
        sql: Query on the database; `previous.` is the last published one.
        needs_previous: Whether it can only be read when something was published before.
    """

    name: str
    table: str
    keys: tuple[str, ...]
    sql: str
    needs_previous: bool = False

    @property
    def query(self) -> str:
        """The query in a fixed order: the same breach always shows the same rows."""
        return f"select * from ({self.sql}) order by {', '.join(self.keys)}"  # noqa: S608 - our own texts


@dataclass(frozen=True)
class Rule:
    """One expectation.

    Attributes:
        name: Identifier; unique.
        frame: Name of the frame.
        meaning: What must hold, Vietnamese.
        expectation: Class of Great Expectations.
        arguments: Its arguments.
        severity: `error` stops publishing; `warning` is only told.
    """

    name: str
    frame: str
    meaning: str
    expectation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "error"


FRAMES = (
    Frame(
        "article",
        "core.article",
        ("article_id", "source_id", "url"),
        """
        with span as (
            select article_id, count(*) as n_evidence from core.evidence
            where kind in ('programme', 'document', 'subject', 'theme') group by article_id
        ),
        own as (
            select article_id, count(*) as n_own_site
            from core.article_agency where role = 'own_site' group by article_id
        ),
        address as (
            select
                article_id, count(*) filter (where is_counted) as n_counted, count(vanished_at) = count(*) as is_gone
            from core.article_address group by article_id
        )
        select
            a.article_id, a.source_id, a.url, a.published_at, a.relevance, a.score, a.genre, a.word_count, a.cluster_id,
            length(coalesce(a.date_rule, '')) as date_rule_length,
            length(trim(coalesce(a.title, ''))) as title_length,
            epoch(a.published_at - a.fetched_at) / 3600 as hours_ahead,
            a.published_day >= coalesce(s.valid_from, a.published_day)
                and a.published_day <= coalesce(s.valid_to, a.published_day) as in_source_life,
            s.source_id is not null as source_known,
            exists (from core.agency g where g.agency_id = a.agency_id) as agency_known,
            exists (from core.capture c where c.capture_id = a.capture_id) as has_capture,
            exists (from core.article_text t where t.article_id = a.article_id) as has_text,
            list_has_all((select list(theme_id) from core.theme), coalesce(a.themes, [])) as themes_known,
            case when a.relevance = 'explicit' then coalesce(span.n_evidence, 0) end as n_explicit_evidence,
            case when a.relevance = 'implicit' then coalesce(span.n_evidence, 0) end as n_implicit_evidence,
            coalesce(own.n_own_site, 0) as n_own_site,
            coalesce(address.n_counted, 0) as n_counted,
            address.is_gone = (a.vanished_at is not null) as vanished_fits,
            exists (
                from core.article_version v
                where v.source_id = a.source_id and v.article_id = a.article_id
                    and v.counted_article_id = a.article_id and v.is_current
            ) as is_current
        from core.article a
        left join core.source s on s.source_id = a.source_id
        left join span on span.article_id = a.article_id
        left join own on own.article_id = a.article_id
        left join address on address.article_id = a.article_id
        """,
    ),
    Frame(
        "cluster",
        "core.article",
        ("cluster_id", "articles"),
        """
        select
            cluster_id, count(*) filter (where is_original) as n_original,
            string_agg(article_id, ' ' order by article_id) as articles
        from core.article where cluster_id is not null group by cluster_id
        """,
    ),
    Frame(
        "evidence",
        "core.evidence",
        ("article_id", "evidence_no", "field", "start_pos", "end_pos"),
        """
        select
            e.article_id, e.evidence_no, e.field, e.start_pos, e.end_pos,
            coalesce(0 <= e.start_pos and e.start_pos < e.end_pos and e.end_pos <= case e.field
                when 'title' then length(t.title) when 'lead' then length(t.lead) when 'text' then length(t.text)
                when 'url' then (select max(length(url)) from core.article_address a where a.article_id = e.article_id)
            end, false) as inside
        from core.evidence e left join core.article_text t on t.article_id = e.article_id
        """,
    ),
    Frame(
        "mention",
        "core.article_agency",
        ("article_id", "mention_no", "agency_id", "role"),
        """
        select
            m.article_id, m.mention_no, m.agency_id, m.role,
            exists (from core.agency g where g.agency_id = m.agency_id) as agency_known,
            m.role = 'own_site' or coalesce(
                0 <= m.start_pos and m.start_pos < m.end_pos and m.end_pos <= case m.field
                    when 'title' then length(t.title) when 'lead' then length(t.lead) when 'text' then length(t.text)
                end, false
            ) as inside
        from core.article_agency m left join core.article_text t on t.article_id = m.article_id
        """,
    ),
    Frame(
        "address",
        "core.article_address",
        ("source_id", "url_key", "article_id"),
        """
        select
            *,
            coalesce(last_confirmed_at >= fetched_at, false) as was_seen,
            case when vanished_at is not null then vanished_at > last_confirmed_at and exists (
                from core.capture c where c.capture_id = a.capture_id and c.outcome = 'ok'
            ) end as vanished_after_kept
        from core.article_address a
        """,
    ),
    Frame(
        "version",
        "core.article_version",
        ("source_id", "url_key", "version_no"),
        """
        select
            *, exists (from core.capture c where c.capture_id = v.capture_id) as has_capture
        from core.article_version v
        """,
    ),
    Frame(
        "versioned",
        "core.article_version",
        ("source_id", "url_key", "article_id", "n_current"),
        """
        with address as (select distinct source_id, url_key, article_id from core.article_address),
        version as (
            select
                source_id, url_key, counted_article_id as article_id, count(*) filter (where is_current) as n_current,
                count(*) as n_versions, max(version_no)::bigint as last_version
            from core.article_version group by source_id, url_key, counted_article_id
        )
        select
            source_id, url_key, article_id, coalesce(n_current, 0) as n_current, n_versions, last_version,
            address.article_id is not null as is_address
        from address full join version using (source_id, url_key, article_id)
        """,
    ),
    Frame(
        "drop",
        "core.drop",
        ("source_id", "url", "gate", "reason"),
        """
        select
            d.source_id, d.url, d.url_key, d.gate, d.reason,
            case
                when d.gate in ('discover', 'fetch', 'extract', 'validity', 'identity') then d.gate || ': ' || d.reason
            end as named,
            d.gate != 'identity' or exists (from core.article a where a.article_id = d.article_id)
                as counted_elsewhere
        from core.drop d
        """,
    ),
    Frame(
        "ledger",
        "core.drop",
        ("source_id", "n_found", "n_kept", "n_dropped"),
        """
        with found as (select source_id, count(distinct url_key) as n from core.discovery group by source_id),
        kept as (select source_id, count(*) as n from core.article group by source_id),
        dropped as (select source_id, count(*) as n from core.drop group by source_id)
        select
            source_id, coalesce(found.n, 0) as n_found, coalesce(kept.n, 0) as n_kept,
            coalesce(dropped.n, 0) as n_dropped, n_kept + n_dropped as n_accounted
        from found full join kept using (source_id) full join dropped using (source_id)
        """,
    ),
    Frame(
        "capture",
        "core.capture",
        ("capture_id", "source_id", "url"),
        "select *, coalesce(warc_offset, -1) as offset_kept from core.capture",
    ),
    Frame(
        "discovery",
        "core.discovery",
        ("source_id", "channel", "listed"),
        """
        select source_id, coalesce(channel, '') as channel, listed, count(*) as n
        from core.discovery group by all
        """,
    ),
    Frame(
        "poll",
        "core.poll",
        ("source_id", "channel_url", "polled_at", "outcome"),
        """
        select
            * replace (coalesce(channel, '') as channel),
            gap_from is null = (gap_to is null) and coalesce(gap_from <= gap_to, true) as gap_is_stretch,
            case when outcome = 'blind' then coalesce(reason, '') != '' and covers_from is null end
                as blind_is_explained
        from core.poll
        """,
    ),
    Frame(
        "crawl",
        "core.crawl",
        ("crawl_id", "kind", "ended"),
        """
        select
            * replace (coalesce(kind, '') as kind, coalesce(ended, '') as ended),
            coalesce(started_at <= ended_at, false) as ends_after_start
        from core.crawl
        """,
    ),
    Frame(
        "probe",
        "core.probe",
        ("source_id", "month", "crawl_id", "id"),
        """
        select
            * replace (coalesce(outcome, '') as outcome),
            coalesce(id between first_id and last_id, false) as in_range,
            case when outcome = 'article' then coalesce(found_url, '') != '' and coalesce(found_key, '') != '' end
                as hit_is_named
        from core.probe
        """,
    ),
    Frame(
        "draw",
        "core.probe",
        ("source_id", "month", "crawl_id", "n_asked"),
        """
        select
            source_id, month, crawl_id, count(distinct id) as n_asked,
            count(*) filter (where outcome = 'article') <= count(distinct id)
                and count(distinct id) <= min(n_drawn)
                and max(n_drawn) <= min(n_unknown)
                and max(n_unknown) <= max(last_id) - min(first_id) + 1 as draw_fits
        from core.probe group by source_id, month, crawl_id
        """,
    ),
    Frame(
        "source_day",
        "marts.source_day",
        ("source_id", "day", "state", "n_articles"),
        """
        select
            *,
            case state
                when 'published' then coalesce(n_articles > 0, false)
                when 'silent' then coalesce(n_articles = 0, false)
                when 'blind' then n_articles is null and n_explicit is null and n_implicit is null
            end as count_fits,
            (state = 'blind') = (reason is not null) as reason_fits,
            case state
                when 'silent' then gap_hours = 0
                when 'blind' then (reason = 'gap') = (gap_hours > 0)
            end as gap_fits
        from marts.source_day
        """,
    ),
    Frame(
        "source_span",
        "marts.source_day",
        ("source_id", "first_day", "last_day"),
        """
        with span as (
            select
                source_id, min(day) as first_day, max(day) as last_day, count(distinct day) as n_days,
                coalesce(sum(n_articles), 0)::bigint as n_in_days
            from marts.source_day group by source_id
        )
        select
            *, datediff('day', first_day, last_day) + 1 as n_calendar_days,
            (
                select count(*) from core.article a
                where a.source_id = span.source_id and a.published_day >= (select min(observed_from) from meta.build)
            ) as n_in_articles
        from span
        """,
    ),
    Frame(
        "agency_month",
        "marts.agency_month",
        ("agency_id", "month", "state", "n_articles"),
        """
        select
            m.*,
            case when state = 'blind' then coalesce(
                n_articles, n_explicit, n_implicit, n_none, n_original, n_reprint, n_origin_unknown
            ) end as count_while_blind,
            case when state != 'blind' then n_articles is not null end as count_while_seen,
            n_explicit + n_implicit + n_none as n_by_relevance,
            n_original + n_reprint + n_origin_unknown as n_by_origin,
            n_days_published + n_days_silent + n_days_blind as n_by_state,
            case when n_articles > 0 then exists (
                from core.article a
                where a.article_id = m.evidence_article_id and a.agency_id = m.agency_id and a.published_month = m.month
            ) end as has_evidence
        from marts.agency_month m
        """,
    ),
    Frame(
        "agency_total",
        "marts.agency_month",
        ("agency_id", "month", "n_in_month", "n_in_articles"),
        """
        with counted as (
            select agency_id, published_month as month, count(*) as n from core.article
            where published_day >= (select min(observed_from) from meta.build) group by agency_id, published_month
        ),
        told as (
            select agency_id, month, sum(n_articles)::bigint as n from marts.agency_month group by agency_id, month
        )
        select agency_id, month, coalesce(told.n, 0) as n_in_month, coalesce(counted.n, 0) as n_in_articles
        from told full join counted using (agency_id, month)
        """,
    ),
    Frame(
        "source_month",
        "marts.source_month",
        ("source_id", "month", "n_found", "n_kept", "n_dropped"),
        f"""
        with days as (
            select source_id, month, sum(gap_hours) as hours, count(*) filter (where reason = 'never_looked') as n_never
            from marts.source_day group by source_id, month
        )
        select
            m.*, n_kept + n_dropped as n_accounted,
            n_dropped_discover + n_dropped_fetch + n_dropped_extract + n_dropped_validity + n_dropped_identity
                as n_by_gate,
            abs(gap_hours - coalesce(hours, 0)) < 0.001 and n_days_never_looked = coalesce(n_never, 0) as unseen_fits,
            n_probe_drawn is null and n_probe_unknown is null and n_probe_found is null
                or coalesce(n_probe_found <= n_probe_drawn and n_probe_drawn <= n_probe_unknown, false) as probe_fits,
            case
                when n_probe_drawn is null then coalesce(missed_low, missed, missed_high) is null
                else coalesce(
                    0 <= missed_low and missed_low <= missed and missed <= missed_high
                    and missed_high <= n_probe_unknown - n_probe_drawn, false
                )
            end as missed_fits,
            n_outside_found <= n_outside and case
                when n_outside = 0 then coalesce(recall_low, recall, recall_high) is null
                else coalesce(
                    0 <= recall_low and recall_low <= recall and recall <= recall_high and recall_high <= 1, false
                )
            end as recall_fits,
            case
                when optimistic_channels is null
                    then coalesce(optimistic_completeness, optimistic_completeness_chao) is null
                else coalesce(
                    len(optimistic_channels) = 2 and optimistic_completeness between 0 and 1
                    and optimistic_completeness_chao between 0 and 1, false
                )
            end as ceiling_fits,
            case grade
                when 'A'
                    then coalesce(missed_at_most <= {A_MISSES_AT_MOST}, false) and n_days_blind = 0 and gap_hours = 0
                when 'B' then coalesce(missed_at_most <= {B_MISSES_AT_MOST}, false)
                when 'X' then missed_at_most is null
                else true
            end as grade_fits,
            case when grade in ('A', 'B', 'C', 'X') then (grade = 'X') = (n_days_blind = n_days) end as unseen_is_x,
            coalesce(len(grade_reasons), 0) as n_grade_reasons
        from marts.source_month m left join days using (source_id, month)
        """,  # noqa: S608 - our own numbers
    ),
    Frame(
        "source_total",
        "marts.source_month",
        ("source_id", "n_in_months", "n_found"),
        """
        with found as (select source_id, count(distinct url_key) as n from core.discovery group by source_id),
        told as (select source_id, sum(n_found)::bigint as n from marts.source_month group by source_id)
        select source_id, coalesce(told.n, 0) as n_in_months, coalesce(found.n, 0) as n_found
        from told full join found using (source_id)
        """,
    ),
    Frame(
        "theme_month",
        "marts.theme_month",
        ("theme_id", "month", "state", "n_articles"),
        """
        select
            *, n_explicit + n_implicit as n_by_relevance,
            case when state = 'blind' then coalesce(n_articles, n_explicit, n_implicit, n_agencies) end
                as count_while_blind
        from marts.theme_month
        """,
    ),
    Frame("reprint", "marts.reprint", ("article_id", "original_id", "lag_hours"), "from marts.reprint"),
    Frame(
        "obligation_status",
        "marts.obligation_status",
        ("obligation_id", "agency_id", "status", "n_evidence"),
        """
        select
            *,
            case status
                when 'seen' then coalesce(n_evidence > 0, false)
                    and exists (from core.article a where a.article_id = o.evidence_article_id)
                when 'not_seen' then coalesce(n_evidence = 0, false)
                when 'cannot_be_seen' then reason is not null and n_evidence is null
                else false
            end as is_backed
        from marts.obligation_status o
        """,
    ),
    Frame(
        "source",
        "core.source",
        ("source_id", "agency_id"),
        """
        select *, exists (from core.agency g where g.agency_id = s.agency_id) as agency_known from core.source s
        """,
    ),
    Frame(
        "comment",
        "meta.dictionary",
        ("schema_name", "table_name", "column_name"),
        """
        select schema_name, table_name, null as column_name, coalesce(comment, '') != '' as is_explained
        from duckdb_tables() where database_name = current_database() and schema_name in ('core', 'marts', 'meta')
        union all
        select schema_name, table_name, column_name, coalesce(comment, '') != ''
        from duckdb_columns() where database_name = current_database() and schema_name in ('core', 'marts', 'meta')
        """,
    ),
    Frame(
        "population",
        "marts.audit_population",
        ("month", "draw_no", "drawn_id", "stratum"),
        """
        select
            *, coalesce(
                abs(inclusion_probability - n_sample / n_stratum) < 1e-9 and n_sample between 1 and n_stratum, false
            ) as probability_fits
        from marts.audit_population
        """,
    ),
    Frame(
        "stratum",
        "marts.audit_population",
        ("month", "draw_no", "drawn_at", "stratum"),
        """
        select
            month, draw_no, drawn_at, stratum,
            coalesce(
                count(*) = min(n_stratum) and count(*) = max(n_stratum)
                and count(*) filter (where is_sampled) = min(n_sample)
                and count(*) filter (where is_sampled) = max(n_sample)
                and (stratum != 'S' or min(n_sample) = count(*)), false
            ) as sizes_fit,
            count(*) filter (where for_second_coder and is_sampled)
                >= case stratum when 'B' then 1 else 0.2 end * count(*) filter (where is_sampled) as second_fits,
            coalesce(max(prn) filter (where is_sampled) <= min(prn) filter (where not is_sampled), true)
                as smallest_drawn
        from marts.audit_population group by month, draw_no, drawn_at, stratum
        """,
    ),
    Frame(
        "audited",
        "marts.audit_population",
        ("article_id", "month", "n_in_population"),
        """
        select
            a.article_id, a.published_month as month,
            (
                select count(*) from marts.audit_population p
                where p.article_id = a.article_id and p.month = a.published_month
            ) as n_in_population
        from core.article a where a.published_day >= (select min(observed_from) from meta.build)
        """,
    ),
    Frame(
        "queue",
        "marts.review_queue",
        ("month", "draw_no", "drawn_id"),
        """
        with sampled as (select * from marts.audit_population where is_sampled)
        select
            month, draw_no, drawn_id,
            coalesce(q.inclusion_probability = s.inclusion_probability and q.stratum = s.stratum, false) as is_sample
        from marts.review_queue q full join sampled s using (month, draw_no, drawn_id)
        """,
    ),
    Frame(
        "queue_held",
        "marts.review_queue",
        ("month", "draw_no", "drawn_id"),
        # A file that was published before there were draws has none of these columns.
        """
        with before as (
            select
                null::date as month, null::integer as draw_no, null::timestamp as drawn_at, null::varchar as drawn_id,
                null::double as inclusion_probability
            where false
            union all by name select * from previous.marts.review_queue
        )
        select
            b.month, b.draw_no, b.drawn_id,
            coalesce(b.inclusion_probability = q.inclusion_probability and b.drawn_at = q.drawn_at, false) as is_kept
        from before b left join marts.review_queue q using (month, draw_no, drawn_id) where b.drawn_at is not null
        """,
        needs_previous=True,
    ),
    Frame(
        "label",
        "core.label",
        ("label_id", "article_id", "coder"),
        """
        select
            l.*,
            case l.coder
                when 'model' then l.model_version is not null and l.score is not null and l.codebook_version is null
                else l.model_version is null and l.score is null and coalesce(l.codebook_version, '') != ''
                    and l.coded_at is not null and l.month is not null
            end as provenance_fits,
            list_has_all((select list(theme_id) from core.theme), coalesce(l.themes, []))
                and (l.coder = 'model' or l.relevance != 'none' or len(l.themes) = 0) as themes_fit,
            not l.is_current or not exists (from core.label n where n.supersedes = l.label_id) as standing_fits
        from core.label l
        """,
    ),
    Frame(
        "agreement",
        "marts.label_agreement",
        ("month", "codebook_version", "kind", "theme_id"),
        f"""
        select
            *,
            coalesce(alpha <= 1, true) and (alpha_low is null) = (alpha_high is null)
                and coalesce(alpha_low <= alpha_high and alpha_high <= 1, true) as alpha_fits,
            reading = case
                when alpha is null then 'undefined'
                when alpha >= {RELIABLE_FROM} then 'reliable'
                when alpha >= {TENTATIVE_FROM} then 'tentative'
                else 'unreliable'
            end as reading_fits
        from marts.label_agreement
        """,  # noqa: S608 - our own numbers
    ),
    Frame(
        "build", "meta.build", ("built_at", "data_up_to", "n_unknown_sources", "n_unplaced_labels"), "from meta.build"
    ),
    Frame(
        "volume",
        "core.article",
        ("source_id", "n_before", "n_now"),
        """
        with before as (select source_id, count(*) as n from previous.core.article group by source_id),
        present as (select source_id, count(*) as n from core.article group by source_id)
        select
            source_id, before.n as n_before, coalesce(present.n, 0) as n_now, coalesce(present.n, 0) / before.n as share
        from before left join present using (source_id)
        where source_id in (select source_id from core.source)
        """,
        needs_previous=True,
    ),
)


def _true(column: str) -> dict[str, Any]:
    return {"column": column, "value_set": [True]}


def _equal(one: str, other: str) -> dict[str, Any]:
    return {"column_A": one, "column_B": other}


_IS = "ExpectColumnValuesToBeInSet"
_BETWEEN = "ExpectColumnValuesToBeBetween"
_PRESENT = "ExpectColumnValuesToNotBeNull"
_ABSENT = "ExpectColumnValuesToBeNull"
_UNIQUE = "ExpectColumnValuesToBeUnique"
_UNIQUE_TOGETHER = "ExpectCompoundColumnsToBeUnique"
_EQUAL = "ExpectColumnPairValuesToBeEqual"
_ROWS = "ExpectTableRowCountToBeBetween"

RULES = (
    Rule(
        "has_articles", "article", "Có ít nhất một bài: kho rỗng thì không thay bản đang dùng", _ROWS, {"min_value": 1}
    ),
    Rule("article_is_unique", "article", "Mỗi mã bài chỉ có một dòng", _UNIQUE, {"column": "article_id"}),
    Rule(
        "article_has_title", "article", "Bài nào cũng có tiêu đề", _BETWEEN, {"column": "title_length", "min_value": 1}
    ),
    Rule("article_has_date", "article", "Bài nào cũng có ngày đăng", _PRESENT, {"column": "published_at"}),
    Rule(
        "date_has_rule",
        "article",
        "Biết quy tắc nào đã cho ra ngày đăng",
        _BETWEEN,
        {"column": "date_rule_length", "min_value": 1},
    ),
    Rule(
        "not_in_future",
        "article",
        "Không bài nào đăng sau lúc lấy trang quá một ngày",
        _BETWEEN,
        {"column": "hours_ahead", "max_value": 24},
    ),
    Rule(
        "in_source_life",
        "article",
        "Không bài nào có trước khi nguồn ra đời hay sau khi nguồn đóng",
        _IS,
        _true("in_source_life"),
    ),
    Rule("article_has_source", "article", "Nguồn của bài có trong danh bạ", _IS, _true("source_known")),
    Rule("article_has_agency", "article", "Cơ quan của bài có trong danh bạ", _IS, _true("agency_known")),
    Rule("article_has_capture", "article", "Không có bản chụp thì không được đếm", _IS, _true("has_capture")),
    Rule("article_has_text", "article", "Bài nào cũng có toàn văn", _IS, _true("has_text")),
    Rule("article_is_labelled", "article", "Bài nào cũng đã được phân loại", _PRESENT, {"column": "relevance"}),
    Rule(
        "relevance_is_known",
        "article",
        "Nhãn liên quan nằm trong bộ từ đã định",
        _IS,
        {"column": "relevance", "value_set": RELEVANCE},
    ),
    Rule("score_in_range", "article", "Điểm từ 0 đến 1", _BETWEEN, {"column": "score", "min_value": 0, "max_value": 1}),
    Rule("themes_are_known", "article", "Nội dung tuyên truyền có trong danh bạ", _IS, _true("themes_known")),
    Rule(
        "explicit_has_evidence",
        "article",
        "Nói bài nêu tên Đề án thì phải chỉ ra đoạn chữ",
        _BETWEEN,
        {"column": "n_explicit_evidence", "min_value": 1},
    ),
    Rule(
        "implicit_has_evidence",
        "article",
        "Nói bài thuộc việc của Đề án thì nên chỉ ra đoạn chữ",
        _BETWEEN,
        {"column": "n_implicit_evidence", "min_value": 1},
        "warning",
    ),
    Rule(
        "genre_is_known",
        "article",
        "Thể loại nằm trong bộ từ đã định",
        _IS,
        {"column": "genre", "value_set": GENRES},
        "warning",
    ),
    Rule(
        "article_has_words",
        "article",
        "Bài có ít nhất một chữ",
        _BETWEEN,
        {"column": "word_count", "min_value": 1},
        "warning",
    ),
    Rule(
        "article_is_clustered",
        "article",
        "Bài nào cũng đã được so với các bài khác",
        _PRESENT,
        {"column": "cluster_id"},
    ),
    Rule(
        "article_has_own_site",
        "article",
        "Bài nào cũng có đúng một cơ quan chủ quản",
        _BETWEEN,
        {"column": "n_own_site", "min_value": 1, "max_value": 1},
    ),
    Rule(
        "one_address_counts",
        "article",
        "Đúng một địa chỉ của mỗi bài được tính",
        _BETWEEN,
        {"column": "n_counted", "min_value": 1, "max_value": 1},
    ),
    Rule(
        "vanished_fits", "article", "Bài chỉ coi là đã mất khi mọi địa chỉ của bài đều mất", _IS, _true("vanished_fits")
    ),
    Rule(
        "current_version_counts",
        "article",
        "Bài được tính là bản đang đứng ở địa chỉ của nó, không phải bản cũ",
        _IS,
        _true("is_current"),
    ),
    Rule(
        "one_original",
        "cluster",
        "Mỗi nhóm bài giống nhau có nhiều nhất một bản gốc",
        _BETWEEN,
        {"column": "n_original", "max_value": 1},
    ),
    Rule("evidence_inside", "evidence", "Đoạn chữ làm chứng nằm trong bài", _IS, _true("inside")),
    Rule("mention_inside", "mention", "Đoạn chữ nhắc cơ quan nằm trong bài", _IS, _true("inside")),
    Rule("mention_is_known", "mention", "Cơ quan được nhắc có trong danh bạ", _IS, _true("agency_known")),
    Rule(
        "address_is_unique",
        "address",
        "Mỗi địa chỉ của một nguồn mang một bài",
        _UNIQUE_TOGETHER,
        {"column_list": ["source_id", "url_key"]},
    ),
    Rule(
        "address_was_seen",
        "address",
        "Địa chỉ mang bài thì đã từng được thấy, không sớm hơn bản chụp được tính",
        _IS,
        _true("was_seen"),
    ),
    Rule(
        "vanished_after_kept",
        "address",
        "Địa chỉ chỉ mất sau khi đã có bản chụp giữ được bài",
        _IS,
        _true("vanished_after_kept"),
    ),
    Rule(
        "version_is_unique",
        "version",
        "Mỗi nội dung ở một địa chỉ là một bản",
        _UNIQUE_TOGETHER,
        {"column_list": ["source_id", "url_key", "article_id"]},
    ),
    Rule("version_has_capture", "version", "Bản nào cũng có bản chụp đầu tiên của nó", _IS, _true("has_capture")),
    Rule(
        "one_version_is_current",
        "versioned",
        "Mỗi địa chỉ mang bài có đúng một bản đang đứng",
        _BETWEEN,
        {"column": "n_current", "min_value": 1, "max_value": 1},
    ),
    Rule(
        "versions_are_numbered",
        "versioned",
        "Các bản ở một địa chỉ được đánh số liền nhau từ 1",
        _EQUAL,
        _equal("n_versions", "last_version"),
    ),
    Rule(
        "version_has_address", "versioned", "Bản nào cũng thuộc một địa chỉ của bài được tính", _IS, _true("is_address")
    ),
    Rule(
        "drop_is_unique",
        "drop",
        "Mỗi địa chỉ bị loại một lần",
        _UNIQUE_TOGETHER,
        {"column_list": ["source_id", "url_key"]},
    ),
    Rule(
        "gate_is_known",
        "drop",
        "Cửa loại nằm trong bộ từ đã định",
        _IS,
        {"column": "gate", "value_set": tuple(REASONS)},
    ),
    Rule(
        "reason_is_known",
        "drop",
        "Lý do loại nằm trong bộ từ đã định của cửa",
        _IS,
        {"column": "named", "value_set": [f"{gate}: {r}" for gate, reasons in REASONS.items() for r in reasons]},
    ),
    Rule(
        "same_text_is_counted",
        "drop",
        "Địa chỉ bị loại vì mang bài đã tính thì bài phải được tính ở nơi khác",
        _IS,
        _true("counted_elsewhere"),
    ),
    Rule(
        "found_is_accounted",
        "ledger",
        "Tìm thấy = được tính + bị loại, ở từng nguồn",
        _EQUAL,
        _equal("n_found", "n_accounted"),
    ),
    Rule("capture_is_unique", "capture", "Mỗi mã bản chụp chỉ có một dòng", _UNIQUE, {"column": "capture_id"}),
    Rule("capture_is_kept", "capture", "Bản chụp chỉ ra được tệp WARC đang giữ nó", _PRESENT, {"column": "warc_file"}),
    Rule(
        "capture_has_offset",
        "capture",
        "Bản chụp có vị trí trong tệp WARC",
        _BETWEEN,
        {"column": "offset_kept", "min_value": 0},
    ),
    Rule(
        "channel_is_known",
        "discovery",
        "Kênh thấy địa chỉ nằm trong bộ từ đã định",
        _IS,
        {"column": "channel", "value_set": CHANNELS},
    ),
    Rule("listing_is_told", "discovery", "Biết kênh liệt kê hay thôi liệt kê địa chỉ", _PRESENT, {"column": "listed"}),
    Rule(
        "poll_outcome_is_known",
        "poll",
        "Kết quả hỏi kênh là ok hoặc blind",
        _IS,
        {"column": "outcome", "value_set": ["ok", "blind"]},
    ),
    Rule(
        "blind_poll_is_explained",
        "poll",
        "Lần hỏi không nhìn được có lý do và không bao ngày nào",
        _IS,
        _true("blind_is_explained"),
    ),
    Rule(
        "poll_channel_is_known",
        "poll",
        "Kênh được hỏi nằm trong bộ từ đã định",
        _IS,
        {"column": "channel", "value_set": CHANNELS},
    ),
    Rule("gap_is_stretch", "poll", "Quãng hở có đầu và cuối, đầu không sau cuối", _IS, _true("gap_is_stretch")),
    Rule("crawl_is_unique", "crawl", "Mỗi lượt thu thập một dòng", _UNIQUE, {"column": "crawl_id"}),
    Rule(
        "crawl_kind_is_known",
        "crawl",
        "Loại lượt thu thập nằm trong bộ từ đã định",
        _IS,
        {"column": "kind", "value_set": CRAWL_KINDS},
    ),
    Rule(
        "crawl_end_is_known",
        "crawl",
        "Lý do dừng nằm trong bộ từ đã định",
        _IS,
        {"column": "ended", "value_set": CRAWL_ENDS},
    ),
    Rule(
        "crawl_ends_after_start",
        "crawl",
        "Lượt thu thập không kết thúc trước khi bắt đầu",
        _IS,
        _true("ends_after_start"),
    ),
    Rule(
        "probe_is_unique",
        "probe",
        "Mỗi lần dò hỏi một số hiệu một lần",
        _UNIQUE_TOGETHER,
        {"column_list": ["crawl_id", "source_id", "month", "id"]},
    ),
    Rule(
        "probe_outcome_is_known",
        "probe",
        "Kết quả dò nằm trong bộ từ đã định",
        _IS,
        {"column": "outcome", "value_set": PROBE_OUTCOMES},
    ),
    Rule("probe_is_in_range", "probe", "Số hiệu được hỏi nằm trong dãy của tháng", _IS, _true("in_range")),
    Rule("probe_hit_is_named", "probe", "Dò ra bài thì có địa chỉ của bài", _IS, _true("hit_is_named")),
    Rule("draw_fits", "draw", "Số dò ra ≤ số được rút ≤ số chưa biết ≤ độ dài dãy số hiệu", _IS, _true("draw_fits")),
    Rule(
        "source_day_is_unique",
        "source_day",
        "Mỗi nguồn và ngày một trạng thái",
        _UNIQUE_TOGETHER,
        {"column_list": ["source_id", "day"]},
    ),
    Rule(
        "day_state_is_known",
        "source_day",
        "Trạng thái ngày là published, silent hoặc blind",
        _IS,
        {"column": "state", "value_set": ["published", "silent", "blind"]},
    ),
    Rule(
        "day_count_fits_state",
        "source_day",
        "published có bài, silent là 0, blind là NULL: không nhìn được không phải là 0",
        _IS,
        _true("count_fits"),
    ),
    Rule(
        "blind_day_is_explained",
        "source_day",
        "Ngày không nhìn được có lý do, ngày khác thì không",
        _IS,
        _true("reason_fits"),
    ),
    Rule(
        "gap_hours_in_day",
        "source_day",
        "Giờ hở của một ngày từ 0 đến 24",
        _BETWEEN,
        {"column": "gap_hours", "min_value": 0, "max_value": 24},
    ),
    Rule(
        "gap_day_is_blind",
        "source_day",
        "Ngày có quãng hở thì không ghi là silent; lý do gap thì có giờ hở",
        _IS,
        _true("gap_fits"),
    ),
    Rule(
        "no_day_is_missing",
        "source_span",
        "Không thiếu ngày nào giữa ngày đầu và ngày cuối",
        _EQUAL,
        _equal("n_days", "n_calendar_days"),
    ),
    Rule(
        "days_add_up",
        "source_span",
        "Cộng các ngày của một nguồn bằng số bài của nguồn",
        _EQUAL,
        _equal("n_in_days", "n_in_articles"),
    ),
    Rule(
        "agency_month_is_unique",
        "agency_month",
        "Mỗi cơ quan và tháng một dòng",
        _UNIQUE_TOGETHER,
        {"column_list": ["agency_id", "month"]},
    ),
    Rule(
        "blind_month_is_null",
        "agency_month",
        "Tháng không nhìn được thì mọi số đếm là NULL",
        _ABSENT,
        {"column": "count_while_blind"},
    ),
    Rule("seen_month_is_counted", "agency_month", "Tháng nhìn được thì có số đếm", _IS, _true("count_while_seen")),
    Rule(
        "relevance_adds_up",
        "agency_month",
        "explicit + implicit + none = số bài",
        _EQUAL,
        _equal("n_articles", "n_by_relevance"),
    ),
    Rule(
        "origin_adds_up",
        "agency_month",
        "Gốc + đăng lại + không rõ = số bài",
        _EQUAL,
        _equal("n_articles", "n_by_origin"),
    ),
    Rule(
        "month_days_add_up",
        "agency_month",
        "Ngày có bài + không có bài + không nhìn được = số ngày",
        _EQUAL,
        _equal("n_days", "n_by_state"),
    ),
    Rule(
        "month_has_evidence",
        "agency_month",
        "Tháng có bài thì chỉ ra được một bài làm chứng",
        _IS,
        _true("has_evidence"),
    ),
    Rule(
        "months_add_up",
        "agency_total",
        "Số bài của cơ quan trong tháng bằng số dòng của core.article",
        _EQUAL,
        _equal("n_in_month", "n_in_articles"),
    ),
    Rule(
        "source_month_is_accounted",
        "source_month",
        "Tìm thấy = được tính + bị loại, ở từng nguồn và tháng",
        _EQUAL,
        _equal("n_found", "n_accounted"),
    ),
    Rule("gates_add_up", "source_month", "Cộng các cửa bằng số bị loại", _EQUAL, _equal("n_dropped", "n_by_gate")),
    Rule(
        "unseen_adds_up",
        "source_month",
        "Giờ hở và ngày chưa nhìn của tháng bằng tổng các ngày",
        _IS,
        _true("unseen_fits"),
    ),
    Rule("probe_fits", "source_month", "Số dò ra ≤ số được rút ≤ số chưa biết", _IS, _true("probe_fits")),
    Rule(
        "missed_fits",
        "source_month",
        "Có dò thì có số bài còn sót nằm giữa hai cận; chưa dò thì không",
        _IS,
        _true("missed_fits"),
    ),
    Rule(
        "recall_fits",
        "source_month",
        "Có danh sách bên ngoài thì có tỷ lệ nằm giữa hai cận; không có thì không",
        _IS,
        _true("recall_fits"),
    ),
    Rule(
        "ceiling_fits",
        "source_month",
        "Cận trên lạc quan từ 0 đến 1, và chỉ có khi hai loại kênh cùng liệt kê",
        _IS,
        _true("ceiling_fits"),
    ),
    Rule("month_is_graded", "source_month", "Tháng nào cũng có hạng", _PRESENT, {"column": "grade"}),
    Rule("grade_is_known", "source_month", "Hạng là A, B, C hoặc X", _IS, {"column": "grade", "value_set": GRADES}),
    Rule(
        "grade_is_explained",
        "source_month",
        "Hạng nào cũng có lý do",
        _BETWEEN,
        {"column": "n_grade_reasons", "min_value": 1},
    ),
    Rule("unseen_is_x", "source_month", "Hạng X khi và chỉ khi không nhìn được ngày nào", _IS, _true("unseen_is_x")),
    Rule(
        "grade_fits",
        "source_month",
        "Hạng A và B không cao hơn điều mà cận trên của phần sót cho phép",
        _IS,
        _true("grade_fits"),
    ),
    Rule(
        "source_months_add_up",
        "source_total",
        "Cộng các tháng của một nguồn bằng số địa chỉ đã thấy",
        _EQUAL,
        _equal("n_in_months", "n_found"),
    ),
    Rule(
        "theme_adds_up",
        "theme_month",
        "explicit + implicit = số bài của nội dung",
        _EQUAL,
        _equal("n_articles", "n_by_relevance"),
    ),
    Rule(
        "blind_theme_is_null",
        "theme_month",
        "Tháng không nhìn được thì mọi số đếm là NULL",
        _ABSENT,
        {"column": "count_while_blind"},
    ),
    Rule(
        "reprint_is_later",
        "reprint",
        # Day-only dates let a reprint stand up to a day before its original.
        "Bản đăng lại không sớm hơn bản gốc quá một ngày",
        _BETWEEN,
        {"column": "lag_hours", "min_value": -24},
        "warning",
    ),
    Rule(
        "status_is_backed",
        "obligation_status",
        "seen có bài chứng, not_seen là 0 bài, cannot_be_seen có lý do",
        _IS,
        _true("is_backed"),
    ),
    Rule("source_has_agency", "source", "Cơ quan của nguồn có trong danh bạ", _IS, _true("agency_known")),
    Rule(
        "probability_fits",
        "population",
        "Xác suất được rút = số bài rút / số bài của tầng",
        _IS,
        _true("probability_fits"),
    ),
    Rule(
        "sizes_fit",
        "stratum",
        "Mỗi tầng của mỗi đợt có đúng số bài và số bài rút đã ghi; cơ quan ít bài thì lấy hết",
        _IS,
        _true("sizes_fit"),
    ),
    Rule(
        "second_coder_fits",
        "stratum",
        "Người thứ hai gán mọi bài của tầng B và ít nhất một phần năm các tầng khác",
        _IS,
        _true("second_fits"),
    ),
    Rule(
        "smallest_numbers_are_drawn",
        "stratum",
        "Trong mỗi tầng, bài được rút là bài có số ngẫu nhiên nhỏ nhất",
        _IS,
        _true("smallest_drawn"),
    ),
    Rule(
        "population_is_whole",
        "audited",
        "Bài nào của tháng cũng nằm trong danh sách rút mẫu của tháng",
        _BETWEEN,
        {"column": "n_in_population", "min_value": 1},
    ),
    Rule("queue_is_sample", "queue", "Hàng đợi gán nhãn đúng là mẫu đã rút", _IS, _true("is_sample")),
    Rule(
        "queue_holds",
        "queue_held",
        "Bài đã rút của bản đã công bố vẫn còn trong hàng đợi, với xác suất như cũ",
        _IS,
        _true("is_kept"),
    ),
    Rule(
        "label_has_provenance",
        "label",
        "Nhãn của máy có phiên bản và điểm; nhãn của người có bản sổ mã, tháng và giờ gán",
        _IS,
        _true("provenance_fits"),
    ),
    Rule(
        "label_is_known",
        "label",
        "Nhãn, của máy hay của người, nằm trong bộ từ đã định",
        _IS,
        {"column": "relevance", "value_set": RELEVANCE},
    ),
    Rule(
        "label_themes_fit",
        "label",
        "Chủ đề của nhãn có trong danh bạ; người xếp bài là none thì không gán chủ đề",
        _IS,
        _true("themes_fit"),
    ),
    Rule("replaced_label_is_past", "label", "Nhãn đã bị thay thì không còn hiệu lực", _IS, _true("standing_fits")),
    Rule("alpha_fits", "agreement", "α nhiều nhất là 1, và cận dưới không quá cận trên", _IS, _true("alpha_fits")),
    Rule("reading_fits", "agreement", "Mức tin cậy đúng với α", _IS, _true("reading_fits")),
    Rule("everything_is_explained", "comment", "Bảng và cột nào cũng có chú thích", _IS, _true("is_explained")),
    Rule("built_once", "build", "meta.build có đúng một dòng", _ROWS, {"min_value": 1, "max_value": 1}),
    Rule(
        "sources_are_known",
        "build",
        "Mọi nguồn có dữ liệu trong kho đều có trong danh bạ; nguồn lạ không được tính",
        _BETWEEN,
        {"column": "n_unknown_sources", "max_value": 0},
        "warning",
    ),
    Rule(
        "labels_are_placed",
        "build",
        "Nhãn do người gán nào cũng tìm được bài của nó",
        _BETWEEN,
        {"column": "n_unplaced_labels", "max_value": 0},
        "warning",
    ),
    Rule(
        "volume_holds",
        "volume",
        f"Số bài của mỗi nguồn không dưới {VOLUME_KEPT:.0%} bản đã công bố",
        _BETWEEN,
        {"column": "share", "min_value": VOLUME_KEPT},
        "warning",
    ),
)
