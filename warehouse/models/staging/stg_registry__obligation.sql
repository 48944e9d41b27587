with

seed as (
    select * from {{ ref('obligations') }}
),

final as (
    select
        seed.obligation_id,
        seed.section,
        {{ cell_values('seed.binds') }} as binds,
        seed.asks,
        seed.observable,
        {{ cell_values('seed.product_kinds') }} as product_kinds,
        {{ cell_values('seed.themes') }} as themes,
        seed.frequency,
        seed.how_observed,
        seed.why_not,
        seed.due,
        cast(seed.since as date) as since,
        cast(seed.until as date) as until,
        seed.confidence,
        seed.notes
    from seed
)

select * from final
