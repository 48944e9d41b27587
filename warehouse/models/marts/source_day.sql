-- Three answers per source and day: published, silent (we looked and there was nothing), blind (we could not look).
with

source as (
    select * from {{ ref('int_source') }}
),

crawl as (
    select * from {{ ref('int_crawl') }}
),

poll as (
    select * from {{ ref('poll') }}
),

article as (
    select * from {{ ref('article') }}
),

looked as (
    select max(last_looked_day) as last_day from source
),

published as (
    select
        source_id,
        published_day as day,
        count(*) as n_articles,
        count(*) filter (where relevance = 'explicit') as n_explicit,
        count(*) filter (where relevance = 'implicit') as n_implicit
    from article
    group by source_id, published_day
),

span as (
    select
        source.source_id,
        source.agency_id,
        greatest(source.valid_from, date '{{ var("observed_from") }}') as first_day,
        least(source.valid_to, greatest(looked.last_day, max(published.day))) as last_day
    from source
    cross join looked
    left join published on source.source_id = published.source_id
    where source.observability != 'not_observable' and looked.last_day is not null
    group by source.source_id, source.agency_id, source.valid_from, source.valid_to, looked.last_day
),

spine as (
    select
        source_id,
        agency_id,
        cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from span
),

-- Polls reach back: a day is covered when a later look would have shown its articles. Of several sections the one that
-- reaches back least decides, because an article may stand in that one only; of feed, sitemap and listings, the best.
reach as (
    select
        poll.source_id,
        poll.crawl_id,
        poll.channel,
        max(poll.covers_from) as covers_from,
        min(poll.polled_day) as polled_day
    from poll
    inner join crawl on poll.source_id = crawl.source_id and poll.crawl_id = crawl.crawl_id
    where poll.outcome = 'ok' and poll.covers_from is not null and crawl.blind_reason is null
    group by poll.source_id, poll.crawl_id, poll.channel
),

covered as (
    select distinct
        spine.source_id,
        spine.day
    from spine
    inner join reach
        on
            spine.source_id = reach.source_id
            and spine.day >= reach.covers_from
            and spine.day <= reach.polled_day
),

-- A day that no look covers is blind for the reason why the next crawl failed; where that went well and did not reach
-- back so far, or where none came, nobody ever looked.
crawled as (
    select
        source_id,
        day,
        mode(blind_reason order by blind_reason) as blind_reason
    from crawl
    group by source_id, day
),

next_crawl as (
    select
        spine.source_id,
        spine.day,
        crawled.blind_reason
    from spine
    asof inner join crawled on spine.source_id = crawled.source_id and spine.day <= crawled.day
),

stated as (
    select
        spine.source_id,
        spine.agency_id,
        spine.day,
        case
            when published.n_articles > 0 then 'published'
            when covered.source_id is not null then 'silent'
            else 'blind'
        end as state,
        coalesce(next_crawl.blind_reason, 'never_looked') as blind_reason,
        published.n_articles,
        published.n_explicit,
        published.n_implicit
    from spine
    left join published on spine.source_id = published.source_id and spine.day = published.day
    left join covered on spine.source_id = covered.source_id and spine.day = covered.day
    left join next_crawl on spine.source_id = next_crawl.source_id and spine.day = next_crawl.day
),

final as (
    select
        source_id,
        day,
        agency_id,
        {{ month_of('day') }} as month,
        state,
        case when state = 'blind' then blind_reason end as reason,
        case when state != 'blind' then coalesce(n_articles, 0) end as n_articles,
        case when state != 'blind' then coalesce(n_explicit, 0) end as n_explicit,
        case when state != 'blind' then coalesce(n_implicit, 0) end as n_implicit
    from stated
)

select * from final
order by source_id, day
