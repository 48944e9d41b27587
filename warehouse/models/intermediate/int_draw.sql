-- What the next draw of each month would draw: every article that no draw of its month covers yet, with its stratum, its permanent random
-- number and whether it is taken. The number comes from month and article alone, so that an article that comes late moves no other one's;
-- and what was drawn once stays drawn (stg_lake__audit): latecomers are a population of their own, drawn by the same rules.
with

article as (
    select * from {{ ref('article') }}
),

counted as (
    select
        article_id,
        url_key
    from {{ ref('int_article') }}
),

written as (
    select * from {{ ref('article_text') }}
),

evidence as (
    select * from {{ ref('evidence') }}
),

drawn as (
    select * from {{ ref('stg_lake__audit') }}
),

placed as (
    select * from {{ ref('int_placed') }}
),

covered as (
    select distinct
        drawn.month,
        placed.counted_id as article_id
    from drawn
    inner join placed
        on
            drawn.article_id = placed.article_id
            and drawn.source_id = placed.source_id
            and drawn.url_key = placed.url_key
),

earlier as (
    select
        month,
        max(draw_no) as draw_no
    from drawn
    group by month
),

-- Words by which even an article that the model overlooks would give itself away; a list of plain words beside the model's own evidence,
-- because a stratum that only knows what the model knows cannot catch what the model misses.
cue as (
    select article_id
    from evidence
    where kind in ('programme', 'document', 'subject', 'theme', 'other_programme')
    union
    select article_id
    from written
    where regexp_matches(lower(concat_ws(' ', title, lead, text)), '{{ var("programme_cues") | join("|") }}')
),

population as (
    select
        *,
        published_month as month,
        count(*) over (partition by agency_id, published_month) as n_of_agency
    from article
    where published_day >= date '{{ var("observed_from") }}'
),

stratified as (
    select
        population.month,
        coalesce(earlier.draw_no, 0) + 1 as draw_no,
        population.article_id,
        population.source_id,
        counted.url_key,
        population.agency_id,
        case
            when population.n_of_agency <= {{ var('audit').small_agency }} then 'S'
            when population.relevance in ('explicit', 'implicit') then 'A'
            when cue.article_id is not null then 'B'
            else 'C'
        end as stratum,
        -- What the model denies against a cue is hard, whoever published it.
        population.relevance not in ('explicit', 'implicit') and cue.article_id is not null as is_hard,
        {{ random_number("'audit'", "population.month", "population.article_id") }} as prn,
        {{ random_number("'second'", "population.month", "population.article_id") }} as second_prn,
        population.relevance,
        population.score,
        population.themes,
        population.model_version
    from population
    inner join counted on population.article_id = counted.article_id
    left join cue on population.article_id = cue.article_id
    left join earlier on population.month = earlier.month
    left join covered on population.month = covered.month and population.article_id = covered.article_id
    where covered.article_id is null
),

sized as (
    select
        *,
        count(*) over (partition by month, stratum) as n_stratum,
        count(*) filter (where stratum = 'A') over (partition by month)
        / nullif(count(*) filter (where stratum != 'S') over (partition by month), 0) as share
    from stratified
),

bounded as (
    select
        *,
        least(n_stratum, case stratum
            when 'S' then n_stratum
            when 'A' then {{ var('audit').predicted }}
            when 'B' then {{ var('audit').cue }}
            when 'C' then if(share <= {{ var('audit').rare_share }}, {{ var('audit').rest_if_rare }}, {{ var('audit').rest }})
        end) as n_sample,
        row_number() over (partition by month, stratum order by prn, article_id) as place
    from sized
),

sampled as (
    select
        *,
        place <= n_sample as is_sampled,
        row_number() over (partition by month, stratum, place <= n_sample order by second_prn, article_id) as second_place
    from bounded
),

final as (
    select
        month,
        cast(draw_no as integer) as draw_no,
        article_id,
        source_id,
        url_key,
        agency_id,
        stratum,
        prn,
        cast(n_stratum as integer) as n_stratum,
        cast(n_sample as integer) as n_sample,
        cast(n_sample as double) / n_stratum as inclusion_probability,
        is_sampled,
        is_sampled and (is_hard or second_place <= ceil({{ var('audit').second_coder_share }} * n_sample)) as for_second_coder,
        relevance,
        score,
        themes,
        model_version
    from sampled
)

select * from final
