with

seed as (
    select * from {{ ref('places') }}
),

final as (
    select
        seed.place_id,
        seed.name,
        seed.kind,
        seed.level,
        seed.parent,
        {{ cell_values('seed.variants') }} as variants,
        cast(seed.valid_from as date) as valid_from,
        cast(seed.valid_to as date) as valid_to,
        seed.confidence,
        seed.notes
    from seed
)

select * from final
