with

source_day as (
    select * from {{ ref('source_day') }}
),

article as (
    select * from {{ ref('article') }}
),

observed as (
    select
        agency_id,
        month,
        {{ observed_days() }}
    from source_day
    group by agency_id, month
),

published as (
    select
        agency_id,
        published_month as month,
        count(*) as n_articles,
        count(*) filter (where relevance = 'explicit') as n_explicit,
        count(*) filter (where relevance = 'implicit') as n_implicit,
        count(*) filter (where relevance = 'none') as n_none,
        count(*) filter (where is_original) as n_original,
        count(*) filter (where not is_original) as n_reprint,
        count(*) filter (where is_original is null) as n_origin_unknown,
        arg_min(article_id, row(relevance = 'none', relevance != 'explicit', -score, article_id)) as evidence_article_id
    from article
    where published_day >= date '{{ var("observed_from") }}'
    group by agency_id, published_month
),

final as (
    select
        observed.agency_id,
        observed.month,
        observed.state,
        observed.n_days,
        observed.n_days_published,
        observed.n_days_silent,
        observed.n_days_blind,
        {{ zero_unless_blind('published.n_articles') }},
        {{ zero_unless_blind('published.n_explicit') }},
        {{ zero_unless_blind('published.n_implicit') }},
        {{ zero_unless_blind('published.n_none') }},
        {{ zero_unless_blind('published.n_original') }},
        {{ zero_unless_blind('published.n_reprint') }},
        {{ zero_unless_blind('published.n_origin_unknown') }},
        published.evidence_article_id
    from observed
    left join published on observed.agency_id = published.agency_id and observed.month = published.month
)

select * from final
order by agency_id, month
