with

lake as (
    select * from {{ source('lake', 'copy') }}
),

final as (
    select lake.* from lake
)

select * from final
