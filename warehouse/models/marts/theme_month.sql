with

theme as (
    select * from {{ ref('theme') }}
),

source_day as (
    select * from {{ ref('source_day') }}
),

article as (
    select * from {{ ref('article') }}
),

month as (
    select
        month,
        {{ observed_days() }}
    from source_day
    group by month
),

observed as (
    select
        theme.theme_id,
        month.month,
        month.state
    from theme
    cross join month
),

themed as (
    select
        unnest(themes) as theme_id,
        published_month as month,
        article_id,
        agency_id,
        relevance,
        score
    from article
    where relevance in ('explicit', 'implicit') and published_day >= date '{{ var("observed_from") }}'
),

published as (
    select
        theme_id,
        month,
        count(*) as n_articles,
        count(*) filter (where relevance = 'explicit') as n_explicit,
        count(*) filter (where relevance = 'implicit') as n_implicit,
        count(distinct agency_id) as n_agencies,
        arg_min(article_id, row(relevance != 'explicit', -score, article_id)) as evidence_article_id
    from themed
    group by theme_id, month
),

final as (
    select
        observed.theme_id,
        observed.month,
        observed.state,
        {{ zero_unless_blind('published.n_articles') }},
        {{ zero_unless_blind('published.n_explicit') }},
        {{ zero_unless_blind('published.n_implicit') }},
        {{ zero_unless_blind('published.n_agencies') }},
        published.evidence_article_id
    from observed
    left join published on observed.theme_id = published.theme_id and observed.month = published.month
)

select * from final
order by theme_id, month
