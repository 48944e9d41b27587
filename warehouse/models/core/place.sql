with

final as (
    select * from {{ ref('stg_registry__place') }}
)

select * from final
order by place_id
