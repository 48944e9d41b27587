with

lake as (
    select * from {{ source('lake', 'fetch') }}
),

final as (
    select
        lake.* replace ({{ utc('lake.fetched_at') }} as fetched_at),
        {{ local_day(utc('lake.fetched_at')) }} as fetched_day,
        -- The next crawl tries these again: they say nothing about the page.
        lake.outcome in ('server_error', 'timeout', 'connection_error', 'truncated') as is_temporary
    from lake
)

select * from final
