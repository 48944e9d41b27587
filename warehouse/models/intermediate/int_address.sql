-- The ledger: every address found, once, with its one fate: kept (gate is null) or dropped at a gate for a reason.
with

source as (
    select * from {{ ref('int_source') }}
),

discovery as (
    select * from {{ ref('stg_lake__discovery') }}
),

request as (
    select * from {{ ref('stg_lake__fetch') }}
),

article as (
    select * exclude (text) from {{ ref('stg_lake__article') }}
),

fallen as (
    select * from {{ ref('stg_lake__drop') }}
),

seen as (
    select
        source_id,
        url_key,
        url,
        seen_at,
        listed_at
    from discovery
    union all
    select
        source_id,
        url_key,
        url,
        fetched_at as seen_at,
        null as listed_at
    from request
),

found as (
    select
        source_id,
        url_key,
        -- Which spelling of an address was met first depends on the hour; the shortest does not.
        arg_min(url, row(length(url), url)) as url,
        min(seen_at) as first_seen_at,
        min(listed_at) as listed_at
    from seen
    group by source_id, url_key
),

-- The latest attempt counts, unless it failed for the moment and an earlier one had an answer.
attempt as (
    select *
    from request
    qualify row_number() over (
        partition by source_id, url_key
        order by is_temporary asc, fetched_at desc, crawl_id desc
    ) = 1
),

read_article as (
    select *
    from article
    qualify row_number() over (partition by source_id, capture_id order by url_key, article_id) = 1
),

read_drop as (
    select *
    from fallen
    qualify row_number() over (partition by source_id, capture_id order by url_key, reason) = 1
),

judged as (
    select
        found.source_id,
        found.url_key,
        found.url,
        found.first_seen_at,
        {{ local_day('found.first_seen_at') }} as first_seen_day,
        source.valid_from,
        source.valid_to,
        attempt.fetched_at,
        attempt.capture_id,
        read_article.article_id,
        read_article.published_at,
        read_article.published_day,
        read_article.date_rule,
        case
            when attempt.outcome is null then struct_pack(gate := 'fetch', reason := 'not_yet_fetched', detail := '')
            when attempt.outcome = 'denied' then struct_pack(gate := 'discover', reason := 'denied', detail := coalesce(attempt.detail, ''))
            when attempt.outcome != 'ok' then struct_pack(gate := 'fetch', reason := attempt.outcome, detail := coalesce(attempt.detail, ''))
            when read_article.capture_id is null and read_drop.capture_id is not null
                then struct_pack(gate := read_drop.gate, reason := read_drop.reason, detail := coalesce(read_drop.detail, ''))
            when read_article.capture_id is null then struct_pack(gate := 'extract', reason := 'not_yet_read', detail := '')
            when read_article.published_at is null then struct_pack(gate := 'validity', reason := 'no_date', detail := '')
            when read_article.published_day < source.valid_from
                then struct_pack(gate := 'validity', reason := 'before_source', detail := read_article.published_day || ' < ' || source.valid_from)
            when read_article.published_day > source.valid_to
                then struct_pack(gate := 'validity', reason := 'after_source', detail := read_article.published_day || ' > ' || source.valid_to)
            when read_article.published_at > attempt.fetched_at + {{ var('future_days') }} * interval 1 day
                then struct_pack(gate := 'validity', reason := 'in_future', detail := read_article.published_at || ' > ' || attempt.fetched_at)
        end as fate,
        coalesce(
            read_article.published_day,
            {{ local_day('found.listed_at') }},
            {{ local_day('found.first_seen_at') }}
        ) as ledger_day
    from found
    inner join source on found.source_id = source.source_id
    left join attempt on found.source_id = attempt.source_id and found.url_key = attempt.url_key
    left join read_article on attempt.source_id = read_article.source_id and attempt.capture_id = read_article.capture_id
    left join read_drop on attempt.source_id = read_drop.source_id and attempt.capture_id = read_drop.capture_id
),

-- One address of each text counts. First seen is compared by day, and within a day the older site goes first: the order in which
-- one crawl happens to reach two sites says nothing about the sites, and the same crawl run again must count the same address.
ranked as (
    select
        source_id,
        url_key,
        first_value(url) over same_text as counted_url,
        first_value(source_id) over same_text as counted_source_id,
        row_number() over same_text as place
    from judged
    where fate is null
    window same_text as (
        partition by article_id
        order by
            first_seen_day,
            coalesce(valid_to, date '9999-12-31'),
            coalesce(valid_from, date '0001-01-01'),
            length(url),
            url,
            source_id
    )
),

final as (
    select
        judged.source_id,
        judged.url_key,
        judged.url,
        judged.first_seen_at,
        judged.fetched_at,
        judged.capture_id,
        case when judged.fate is null then judged.article_id end as article_id,
        judged.published_at,
        judged.published_day,
        judged.date_rule,
        coalesce(ranked.place = 1, false) as is_counted,
        case when ranked.place > 1 then 'identity' else judged.fate.gate end as gate,
        case when ranked.place > 1 then 'same_text' else judged.fate.reason end as reason,
        case when ranked.place > 1 then ranked.counted_source_id || ': ' || ranked.counted_url else judged.fate.detail end as detail,
        judged.ledger_day
    from judged
    left join ranked on judged.source_id = ranked.source_id and judged.url_key = ranked.url_key
)

select * from final
