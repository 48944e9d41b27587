-- Sources with what has been asked of them. Rows of the lake that belong to no source of this registry are left out here, and only here.
with

source as (
    select * from {{ ref('stg_registry__source') }}
),

poll as (
    select * from {{ ref('stg_lake__poll') }}
),

request as (
    select * from {{ ref('stg_lake__fetch') }}
),

looked as (
    select
        source_id,
        polled_day as day
    from poll
    union all
    select
        source_id,
        fetched_day as day
    from request
),

looked_source as (
    select
        source_id,
        min(day) as first_looked_day,
        max(day) as last_looked_day
    from looked
    group by source_id
),

final as (
    select
        source.*,
        looked_source.first_looked_day,
        looked_source.last_looked_day,
        case
            when source.status = 'guess' then 'not_observable'
            when looked_source.source_id is null then 'never_looked'
            else 'observed'
        end as observability
    from source
    left join looked_source on source.source_id = looked_source.source_id
)

select * from final
