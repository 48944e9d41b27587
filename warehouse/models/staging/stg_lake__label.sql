with

lake as (
    select * from {{ source('lake', 'label') }}
),

final as (
    select * from lake
)

select * from final
