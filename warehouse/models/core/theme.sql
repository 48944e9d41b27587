with

final as (
    select * from {{ ref('stg_registry__theme') }}
)

select * from final
order by theme_id
