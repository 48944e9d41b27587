with

final as (
    select * from {{ ref('stg_registry__document') }}
)

select * from final
order by document_id
