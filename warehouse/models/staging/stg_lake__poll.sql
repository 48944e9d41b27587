with

lake as (
    select * from {{ source('lake', 'poll') }}
),

final as (
    select
        lake.* replace (
            {{ utc('lake.polled_at') }} as polled_at,
            {{ utc('lake.gap_from') }} as gap_from,
            {{ utc('lake.gap_to') }} as gap_to
        ),
        {{ local_day(utc('lake.polled_at')) }} as polled_day
    from lake
)

select * from final
