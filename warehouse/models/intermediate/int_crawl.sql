-- Each crawl of a source: could it look at all? A crawl whose every poll was blind, or that asked for articles and got none
-- because the site would not give them, proves nothing about any day. A page that is as it was is a page that was given. Pages out of
-- an archive say nothing about whether the site can be seen today, so taking them in is no crawl here.
with

poll as (
    select *
    from {{ ref('stg_lake__poll') }}
    where channel != 'archive'
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

answered as (
    select
        request.source_id,
        request.crawl_id,
        request.outcome,
        {{ is_there('request.outcome') }} as is_there,
        -- Refusals of the site; a page that is gone or is no HTML was looked at. Of an address that was only now listed a site cannot mean
        -- that it is gone, whatever its page says.
        request.is_temporary
        or request.outcome in ('http_error', 'redirect_loop')
        or (request.outcome = 'soft_404' and request.cause = 'new') as is_refused
    from request
    inner join polled on request.source_id = polled.source_id and request.crawl_id = polled.crawl_id
),

fetched as (
    select
        source_id,
        crawl_id,
        count(*) filter (where is_there) as n_there,
        count(*) filter (where is_refused) as n_refused,
        mode(outcome order by outcome) filter (
            where is_refused and outcome in ('challenge', 'login', 'parked', 'maintenance', 'soft_404')
        ) as disguise
    from answered
    group by source_id, crawl_id
),

final as (
    select
        polled.source_id,
        polled.crawl_id,
        polled.day,
        case
            when polled.n_polls_ok = 0 then coalesce(polled.poll_reason, 'blind')
            when fetched.n_refused > 0 and fetched.n_there = 0 then coalesce(fetched.disguise, 'no_article_fetched')
        end as blind_reason
    from polled
    left join fetched on polled.source_id = fetched.source_id and polled.crawl_id = fetched.crawl_id
)

select * from final
