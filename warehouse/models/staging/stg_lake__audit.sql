with

lake as (
    select * from {{ source('lake', 'audit') }}
),

final as (
    select
        lake.* replace (
            cast(lake.month || '-01' as date) as month,
            {{ utc('lake.drawn_at') }} as drawn_at
        )
    from lake
)

select * from final
