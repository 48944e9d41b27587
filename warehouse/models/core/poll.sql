with

poll as (
    select * from {{ ref('stg_lake__poll') }}
),

source as (
    select * from {{ ref('int_source') }}
),

final as (
    select
        poll.crawl_id,
        poll.source_id,
        poll.channel,
        poll.channel_url,
        poll.polled_at,
        poll.polled_day,
        poll.outcome,
        poll.reason,
        poll.http_status,
        poll.n_seen,
        poll.n_known,
        poll.n_new,
        poll.head_seen,
        poll.head_known,
        poll.depth,
        poll.overlap_reached,
        poll.exhausted,
        poll.canary,
        poll.gap_from,
        poll.gap_to,
        poll.rewalk_days,
        poll.covers_from,
        poll.etag,
        poll.last_modified
    from poll
    inner join source on poll.source_id = source.source_id
)

select * from final
order by polled_at, source_id, channel, channel_url
