with

final as (
    select * from {{ ref('stg_registry__obligation') }}
)

select * from final
order by obligation_id
