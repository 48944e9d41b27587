-- Three answers per source and day: published, silent (we looked and there was nothing), blind (we could not look).
with

source as (
    select * from {{ ref('int_source') }}
),

crawl as (
    select * from {{ ref('int_crawl') }}
),

reach as (
    select * from {{ ref('int_reach') }}
),

gap as (
    select * from {{ ref('int_gap') }}
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

gap_day as (
    select
        spine.source_id,
        spine.day,
        gap.channel,
        gap.noticed_at,
        gap.closed_at,
        greatest(gap.gap_from, {{ starts('spine.day') }}) as starts_at,
        least(gap.gap_to, {{ starts('spine.day + 1') }}) as ends_at
    from spine
    inner join gap
        on
            spine.source_id = gap.source_id
            and gap.gap_from < {{ starts('spine.day + 1') }}
            and gap.gap_to > {{ starts('spine.day') }}
),

-- Polls reach back: a day is covered when a later look would have shown its articles; of feed, sitemap and listings, the best.
proof as (
    select
        source_id,
        channel,
        covers_from,
        polled_day,
        polled_at,
        max(polled_day) over (
            partition by source_id
            order by covers_from, polled_day
            rows between unbounded preceding and 1 preceding
        ) as reached_day
    from reach
    where blind_reason is null and covers_from <= polled_day
),

-- Years of polls reach over the same days again and again; what is left of them are a few stretches of days.
numbered as (
    select
        source_id,
        covers_from,
        polled_day,
        count(*) filter (where reached_day is null or covers_from > reached_day + 1) over (
            partition by source_id
            order by covers_from, polled_day
            rows between unbounded preceding and current row
        ) as stretch_no
    from proof
),

stretch as (
    select
        source_id,
        min(covers_from) as first_day,
        max(polled_day) as last_day
    from numbered
    group by source_id, stretch_no
),

touched as (
    select distinct
        source_id,
        day
    from gap_day
),

-- Readings that reach back equally far, between the same gaps noticed and closed, show the same; the latest speaks for them.
gap_known as (
    select
        source_id,
        channel,
        noticed_at as at
    from gap
    union all
    select
        source_id,
        channel,
        closed_at as at
    from gap
    where closed_at is not null
),

since_gap as (
    select
        proof.source_id,
        proof.channel,
        proof.covers_from,
        gap_known.at,
        max(proof.polled_day) as polled_day,
        max(proof.polled_at) as polled_at
    from proof
    asof left join gap_known
        on
            proof.source_id = gap_known.source_id
            and proof.channel = gap_known.channel
            and proof.polled_at >= gap_known.at
    group by proof.source_id, proof.channel, proof.covers_from, gap_known.at
),

-- A reading does not show what lies in a gap of its own channel that was noticed by then and not closed again. So a day that a gap touches
-- is looked at reading by reading.
proved as (
    select
        touched.source_id,
        touched.day,
        max(since_gap.polled_at) as proved_at
    from touched
    inner join since_gap
        on
            touched.source_id = since_gap.source_id
            and touched.day >= since_gap.covers_from
            and touched.day <= since_gap.polled_day
    left join gap_day
        on
            touched.source_id = gap_day.source_id
            and touched.day = gap_day.day
            and since_gap.channel = gap_day.channel
            and since_gap.polled_at >= gap_day.noticed_at
            and coalesce(since_gap.polled_at < gap_day.closed_at, true)
    where gap_day.day is null
    group by touched.source_id, touched.day
),

-- What a gap hides may stand in another channel, or be seen when its own is read through again: no gap is left of a stretch that a
-- reading proves which was made after it. An earlier reading cannot know.
left_open as (
    select gap_day.*
    from gap_day
    left join proved
        on
            gap_day.source_id = proved.source_id
            and gap_day.day = proved.day
            and gap_day.ends_at <= proved.proved_at
    where proved.day is null
),

-- Gaps of several sections overlap; an hour is counted once.
joined as (
    select
        source_id,
        day,
        starts_at,
        ends_at,
        max(ends_at) over (
            partition by source_id, day
            order by starts_at, ends_at
            rows between unbounded preceding and 1 preceding
        ) as reached_at
    from left_open
),

open_gap as (
    select
        source_id,
        day,
        sum(epoch(ends_at - greatest(starts_at, coalesce(reached_at, starts_at)))) filter (where ends_at > coalesce(reached_at, starts_at))
        / 3600 as gap_hours
    from joined
    group by source_id, day
),

-- A day that no look covers is blind because of the gap that it lies in, else for the reason why the next crawl or one of its channels
-- failed; where that went well and did not reach back so far, or where none came, nobody ever looked.
failed as (
    select
        crawl.source_id,
        crawl.day,
        coalesce(crawl.blind_reason, reach.blind_reason) as blind_reason
    from crawl
    left join reach on crawl.source_id = reach.source_id and crawl.crawl_id = reach.crawl_id
),

crawled as (
    select
        source_id,
        day,
        mode(blind_reason order by blind_reason) as blind_reason
    from failed
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
            when stretch.source_id is not null and open_gap.source_id is null then 'silent'
            else 'blind'
        end as state,
        case
            when open_gap.source_id is not null then 'gap'
            else coalesce(next_crawl.blind_reason, 'never_looked')
        end as blind_reason,
        coalesce(open_gap.gap_hours, 0) as gap_hours,
        published.n_articles,
        published.n_explicit,
        published.n_implicit
    from spine
    left join published on spine.source_id = published.source_id and spine.day = published.day
    left join stretch on spine.source_id = stretch.source_id and spine.day >= stretch.first_day and spine.day <= stretch.last_day
    left join open_gap on spine.source_id = open_gap.source_id and spine.day = open_gap.day
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
        gap_hours,
        case when state != 'blind' then coalesce(n_articles, 0) end as n_articles,
        case when state != 'blind' then coalesce(n_explicit, 0) end as n_explicit,
        case when state != 'blind' then coalesce(n_implicit, 0) end as n_implicit
    from stated
)

select * from final
order by source_id, day
