with

lake as (
    select * from {{ source('lake', 'copy_pair') }}
),

final as (
    select lake.* from lake
)

select * from final
