with

address as (
    select * from {{ ref('int_address') }}
),

final as (
    select
        source_id,
        url,
        url_key,
        gate,
        reason,
        detail,
        coalesce(fetched_at, first_seen_at) as dropped_at,
        capture_id,
        article_id
    from address
    where not is_counted
)

select * from final
order by source_id, url_key
