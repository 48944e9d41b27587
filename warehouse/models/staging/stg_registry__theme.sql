with

seed as (
    select * from {{ ref('themes') }}
),

final as (
    select
        seed.theme_id,
        seed.name,
        seed.description,
        seed.section
    from seed
)

select * from final
