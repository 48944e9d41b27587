-- How far back one channel, as one crawl read it, shows what was published. Of several sections the one that reaches back least decides,
-- because an article may stand in that one only. For the same reason a section that could be read at other times and could not be read
-- now takes the proof from the whole channel; one that never could, hides nothing that we would know of. Tags, links, ids and archives
-- show some articles, never all of a day, and prove no silence. A lost canary has already made its poll a blind one: the crawl judges it,
-- because news may have pushed the canary out of the list.
with

crawl as (
    select * from {{ ref('int_crawl') }}
),

poll as (
    select * from {{ ref('poll') }}
),

looked as (
    select
        *,
        case when outcome != 'ok' then coalesce(reason, 'blind') end as why_blind
    from poll
    where channel in ('feed', 'sitemap', 'listing', 'calendar')
),

section as (
    select
        source_id,
        channel,
        channel_url,
        bool_or(why_blind is null) as was_ever_ok
    from looked
    group by source_id, channel, channel_url
),

moment as (
    select
        crawl_id,
        source_id,
        max(polled_at) as polled_at
    from looked
    group by crawl_id, source_id
),

final as (
    select
        looked.source_id,
        looked.crawl_id,
        looked.channel,
        -- A crawl looks at one moment, however long it takes: what its channels show is compared, never the minutes between them.
        any_value(moment.polled_at) as polled_at,
        min(looked.polled_day) as polled_day,
        max(looked.covers_from) filter (where looked.why_blind is null) as covers_from,
        coalesce(
            any_value(crawl.blind_reason),
            mode(looked.why_blind order by looked.why_blind) filter (where section.was_ever_ok)
        ) as blind_reason
    from looked
    inner join crawl on looked.source_id = crawl.source_id and looked.crawl_id = crawl.crawl_id
    inner join moment on looked.source_id = moment.source_id and looked.crawl_id = moment.crawl_id
    inner join section
        on
            looked.source_id = section.source_id
            and looked.channel = section.channel
            and looked.channel_url is not distinct from section.channel_url
    group by looked.source_id, looked.crawl_id, looked.channel
)

select * from final
