with

discovery as (
    select * from {{ ref('stg_lake__discovery') }}
),

source as (
    select * from {{ ref('int_source') }}
),

final as (
    select discovery.*
    from discovery
    inner join source on discovery.source_id = source.source_id
)

select * from final
order by seen_at, source_id, channel, channel_url, position, url_key
