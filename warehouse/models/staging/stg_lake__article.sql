with

lake as (
    select * from {{ source('lake', 'article') }}
),

final as (
    select
        lake.* replace (
            {{ utc('lake.fetched_at') }} as fetched_at,
            {{ utc('lake.published_at') }} as published_at,
            {{ utc('lake.modified_at') }} as modified_at
        ),
        {{ local_day(utc('lake.published_at')) }} as published_day
    from lake
)

select * from final
