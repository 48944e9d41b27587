-- Each crawl of a source: could it look at all? A crawl whose every poll was blind, or that asked for articles and got none
-- because the site would not give them, proves nothing about any day.
with

poll as (
    select * from {{ ref('stg_lake__poll') }}
),

request as (
    select * from {{ ref('stg_lake__fetch') }}
),

polled as (
    select
        source_id,
        crawl_id,
        min(polled_day) as day,
        count(*) filter (where outcome = 'ok') as n_polls_ok,
        mode(reason order by reason) filter (where outcome != 'ok') as poll_reason
    from poll
    group by source_id, crawl_id
),

fetched as (
    select
        source_id,
        crawl_id,
        min(fetched_day) as day,
        count(*) filter (where outcome = 'ok') as n_ok,
        -- Refusals of the site; a page that is gone or is no HTML was looked at.
        count(*) filter (where is_temporary or outcome in ('http_error', 'redirect_loop')) as n_refused
    from request
    group by source_id, crawl_id
),

final as (
    select
        coalesce(polled.source_id, fetched.source_id) as source_id,
        coalesce(polled.crawl_id, fetched.crawl_id) as crawl_id,
        coalesce(polled.day, fetched.day) as day,
        case
            when polled.n_polls_ok = 0 then coalesce(polled.poll_reason, 'blind')
            when fetched.n_refused > 0 and fetched.n_ok = 0 then 'no_article_fetched'
        end as blind_reason
    from polled
    full outer join fetched on polled.source_id = fetched.source_id and polled.crawl_id = fetched.crawl_id
)

select * from final
