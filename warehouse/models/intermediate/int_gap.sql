-- Stretches in which a section may have hidden articles: between two readings it moved on by more than was read. A later reading closes a
-- gap when it went through the whole stretch whatever was known: to the end of the channel, or by a re-walk that reaches back so far and
-- was not cut short. Reading on until known ground does not; it stops before the gap. Only lists with pages can be walked back: a feed
-- shows its last items, a re-walk or not.
with

poll as (
    select * from {{ ref('poll') }}
),

gap as (
    select
        source_id,
        channel,
        channel_url,
        polled_at as noticed_at,
        gap_from,
        least(gap_to, polled_at) as gap_to
    from poll
    where gap_from < least(gap_to, polled_at)
),

reading as (
    select
        source_id,
        channel,
        channel_url,
        polled_at,
        gap_from,
        gap_to,
        coalesce(exhausted, false) as is_whole,
        case when channel in ('listing', 'calendar') and coalesce(reason, '') = '' then polled_at - rewalk_days * interval 1 day end as walked_from
    from poll
    where outcome = 'ok'
),

final as (
    select
        gap.source_id,
        gap.channel,
        gap.channel_url,
        gap.noticed_at,
        gap.gap_from,
        gap.gap_to,
        min(reading.polled_at) as closed_at
    from gap
    left join reading
        on
            gap.source_id = reading.source_id
            and gap.channel = reading.channel
            and gap.channel_url is not distinct from reading.channel_url
            and gap.noticed_at < reading.polled_at
            and (reading.is_whole or gap.gap_from >= reading.walked_from)
            and not coalesce(gap.gap_to > reading.gap_from and gap.gap_from < reading.gap_to, false)
    group by gap.source_id, gap.channel, gap.channel_url, gap.noticed_at, gap.gap_from, gap.gap_to
)

select * from final
