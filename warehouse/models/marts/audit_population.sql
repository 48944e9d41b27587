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

verdict as (
    select * from {{ ref('int_verdict') }}
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
        population.month,
        population.draw_no,
        population.drawn_at,
        population.article_id as drawn_id,
        population.counted_id as article_id,
        population.source_id,
        population.url_key,
        population.agency_id,
        population.stratum,
        population.prn,
        population.n_stratum,
        population.n_sample,
        population.inclusion_probability,
        population.is_sampled,
        population.for_second_coder,
        population.relevance,
        population.score,
        population.themes,
        population.model_version,
        verdict.relevance as label_relevance,
        verdict.themes as label_themes,
        coalesce(verdict.is_disputed, false) as is_disputed
    from population
    left join verdict on population.counted_id = verdict.article_id
)

select * from final
order by month, draw_no, drawn_id
