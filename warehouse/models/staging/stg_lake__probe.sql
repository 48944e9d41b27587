with

lake as (
    select * from {{ source('lake', 'probe') }}
),

final as (
    select
        lake.* replace (
            cast(lake.month || '-01' as date) as month,
            {{ utc('lake.probed_at') }} as probed_at
        )
    from lake
)

select * from final
