-- What people are to label, in an order that gives away neither stratum nor score. Nothing here says what the model thinks but the stratum,
-- which the sheets and the notebook for coders leave out.
with

population as (
    select * from {{ ref('audit_population') }}
),

judgement as (
    select * from {{ ref('int_judgement') }}
),

labelled as (
    select
        article_id,
        count(distinct coder) filter (where coder != '{{ var("consensus") }}') as n_coders
    from judgement
    where is_current
    group by article_id
),

final as (
    select
        population.month,
        cast(row_number() over (
            partition by population.month
            order by population.draw_no, {{ random_number("'order'", "population.month", "population.drawn_id") }}, population.drawn_id
        ) as integer) as queue_no,
        population.draw_no,
        population.drawn_at,
        population.drawn_id,
        population.article_id,
        population.agency_id,
        population.stratum,
        population.n_stratum,
        population.n_sample,
        population.inclusion_probability,
        population.for_second_coder,
        coalesce(labelled.n_coders, 0) as n_coders
    from population
    left join labelled on population.article_id = labelled.article_id
    where population.is_sampled
)

select * from final
order by month, queue_no
