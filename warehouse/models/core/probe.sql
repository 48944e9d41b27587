with

probe as (
    select * from {{ ref('stg_lake__probe') }}
),

source as (
    select * from {{ ref('int_source') }}
),

final as (
    select
        probe.crawl_id,
        probe.source_id,
        probe.month,
        probe.first_id,
        probe.last_id,
        probe.n_unknown,
        probe.n_drawn,
        probe.id,
        probe.url,
        probe.probed_at,
        probe.outcome,
        probe.found_url,
        probe.found_key
    from probe
    inner join source on probe.source_id = source.source_id
)

select * from final
order by probed_at, source_id, month, id
