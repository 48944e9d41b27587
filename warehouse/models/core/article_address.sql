with

address as (
    select * from {{ ref('int_address') }}
),

final as (
    select
        article_id,
        source_id,
        url,
        url_key,
        is_counted,
        first_seen_at,
        fetched_at,
        last_confirmed_at,
        vanished_at,
        capture_id,
        published_at,
        date_rule
    from address
    where article_id is not null
)

select * from final
order by article_id asc, is_counted desc, source_id asc, url_key asc
