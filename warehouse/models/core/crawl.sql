with

crawl as (
    select * from {{ ref('stg_lake__crawl') }}
),

source as (
    select * from {{ ref('int_source') }}
),

final as (
    select
        crawl.crawl_id,
        crawl.source_id,
        crawl.kind,
        crawl.started_at,
        crawl.ended_at,
        crawl.ended,
        crawl.since,
        crawl.until,
        crawl.rewalk_days,
        crawl.n_found,
        crawl.n_new,
        crawl.n_requests,
        crawl.n_bytes,
        crawl.delay_s,
        crawl.robots
    from crawl
    inner join source on crawl.source_id = source.source_id
)

select * from final
order by started_at, crawl_id
