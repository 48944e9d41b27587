with

source as (
    select * from {{ ref('int_source') }}
),

final as (
    select
        source_id,
        agency_id,
        base_url,
        platform,
        discovery,
        start_urls,
        valid_from,
        valid_to,
        delay_s,
        daily_budget,
        hours,
        status,
        confidence,
        observability,
        first_looked_day,
        last_looked_day,
        notes
    from source
)

select * from final
order by source_id
