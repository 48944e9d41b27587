-- The known list that labels are drawn from, with what the model said of each article at the time: draws that were made stand as they were
-- made, below them what the next draw of each month would draw (drawn_at is null).
with

drawn as (
    select * from {{ ref('stg_lake__audit') }}
),

placed as (
    select * from {{ ref('int_placed') }}
),

next_draw as (
    select * from {{ ref('int_draw') }}
),

population as (
    select
        drawn.*,
        placed.counted_id
    from drawn
    inner join placed
        on
            drawn.article_id = placed.article_id
            and drawn.source_id = placed.source_id
            and drawn.url_key = placed.url_key
    union all by name
    select
        *,
        article_id as counted_id
    from next_draw
),

final as (
    select
        month,
        draw_no,
        drawn_at,
        article_id as drawn_id,
        counted_id as article_id,
        source_id,
        url_key,
        agency_id,
        stratum,
        prn,
        n_stratum,
        n_sample,
        inclusion_probability,
        is_sampled,
        for_second_coder,
        relevance,
        score,
        themes,
        model_version
    from population
)

select * from final
order by month, draw_no, drawn_id
