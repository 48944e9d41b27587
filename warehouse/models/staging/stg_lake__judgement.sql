with

lake as (
    select * from {{ source('lake', 'judgement') }}
),

final as (
    select
        lake.* replace (
            cast(lake.month || '-01' as date) as month,
            {{ utc('lake.coded_at') }} as coded_at,
            {{ utc('lake.imported_at') }} as imported_at
        )
    from lake
)

select * from final
