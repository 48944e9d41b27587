with

lake as (
    select * from {{ source('lake', 'fetch') }}
),

final as (
    select
        lake.* replace (
            {{ utc('lake.fetched_at') }} as fetched_at,
            {{ utc('lake.obtained_at') }} as obtained_at,
            -- Before causes were noted, an address was asked for only until it had answered.
            coalesce(lake.cause, 'new') as cause
        ),
        {{ local_day(utc('lake.fetched_at')) }} as fetched_day,
        {{ is_temporary('lake.outcome') }} as is_temporary
    from lake
)

select * from final
