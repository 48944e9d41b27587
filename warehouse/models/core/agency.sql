with

agency as (
    select * from {{ ref('stg_registry__agency') }}
),

source as (
    select * from {{ ref('int_source') }}
),

watched as (
    select
        agency_id,
        count(*) as n_sources
    from source
    where observability != 'not_observable'
    group by agency_id
),

final as (
    select
        agency.*,
        coalesce(watched.n_sources, 0) as n_sources,
        case when watched.n_sources > 0 then 'observable' else 'not_observable' end as observability
    from agency
    left join watched on agency.agency_id = watched.agency_id
)

select * from final
order by agency_id
