-- Every address found, once, as it stands before texts are compared: the attempt that counts, and what let the address fall (fate is null
-- where nothing did). Kept once is kept always: an article that a capture proves was published, whatever its address answers now.
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

answered as (
    select
        request.*,
        request.outcome = 'ok' and read_article.capture_id is not null as is_article,
        {{ is_there('request.outcome') }} and (read_article.capture_id is not null or read_drop.capture_id is null) as is_seen
    from request
    left join read_article on request.source_id = read_article.source_id and request.capture_id = read_article.capture_id
    left join read_drop on request.source_id = read_drop.source_id and request.capture_id = read_drop.capture_id
),

-- The latest capture that could be read as an article counts, else the latest capture, else the latest answer for good, else the latest
-- failure of the moment. A page that is as it was has no capture of its own.
attempt as (
    select *
    from answered
    where not {{ is_as_it_was('outcome') }}
    qualify row_number() over (
        partition by source_id, url_key
        order by is_article desc, outcome = 'ok' desc, is_temporary asc, fetched_at desc, crawl_id desc, capture_id asc
    ) = 1
),

confirmed as (
    select
        source_id,
        url_key,
        max(fetched_at) as last_confirmed_at
    from answered
    where is_seen
    group by source_id, url_key
),

-- Gone since it was last seen. What else a site may answer (an error, a login, a way out of the site) says nothing about the page.
vanished as (
    select
        answered.source_id,
        answered.url_key,
        min(answered.fetched_at) as vanished_at
    from answered
    inner join confirmed on answered.source_id = confirmed.source_id and answered.url_key = confirmed.url_key
    where {{ is_gone('answered.outcome') }} and answered.fetched_at > confirmed.last_confirmed_at
    group by answered.source_id, answered.url_key
),

final as (
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
        confirmed.last_confirmed_at,
        vanished.vanished_at,
        read_article.article_id as text_id,
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
    left join confirmed on found.source_id = confirmed.source_id and found.url_key = confirmed.url_key
    left join vanished on found.source_id = vanished.source_id and found.url_key = vanished.url_key
    left join read_article on attempt.source_id = read_article.source_id and attempt.capture_id = read_article.capture_id
    left join read_drop on attempt.source_id = read_drop.source_id and attempt.capture_id = read_drop.capture_id
)

select * from final
