with

lake as (
    select * from {{ source('lake', 'drop') }}
),

final as (
    select lake.* replace ({{ utc('lake.dropped_at') }} as dropped_at)
    from lake
)

select * from final
