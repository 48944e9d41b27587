with

seed as (
    select * from {{ ref('sources') }}
),

final as (
    select
        seed.source_id,
        seed.agency_id,
        seed.base_url,
        seed.platform,
        {{ cell_values('seed.discovery') }} as discovery,
        {{ cell_values('seed.start_urls') }} as start_urls,
        cast(seed.valid_from as date) as valid_from,
        cast(seed.valid_to as date) as valid_to,
        cast(seed.delay_s as double) as delay_s,
        cast(seed.daily_budget as integer) as daily_budget,
        seed.hours,
        seed.status,
        seed.confidence,
        seed.notes
    from seed
)

select * from final
