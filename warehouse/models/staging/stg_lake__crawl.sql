with

lake as (
    select * from {{ source('lake', 'crawl') }}
),

final as (
    select
        lake.* replace (
            {{ utc('lake.started_at') }} as started_at,
            {{ utc('lake.ended_at') }} as ended_at
        )
    from lake
)

select * from final
