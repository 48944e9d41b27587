with

lake as (
    select * from {{ source('lake', 'discovery') }}
),

final as (
    select
        lake.crawl_id,
        lake.source_id,
        lake.url,
        lake.url_key,
        lake.channel,
        lake.channel_url,
        lake.position,
        lake.listed_title,
        {{ utc('lake.listed_at') }} as listed_at,
        {{ utc('lake.changed_at') }} as changed_at,
        -- Before the end of a listing was noted, there were only rows for its being listed.
        coalesce(lake.listed, true) as listed,
        {{ utc('lake.seen_at') }} as seen_at
    from lake
)

select * from final
