with

article as (
    select * from {{ ref('article') }}
),

cluster as (
    select
        cluster_id,
        count(*) as n_articles,
        max(article_id) filter (where is_original) as original_id
    from article
    group by cluster_id
),

final as (
    select
        article.article_id,
        article.cluster_id,
        article.agency_id,
        article.published_at,
        cluster.original_id,
        original.agency_id as original_agency_id,
        original.published_at as original_published_at,
        datediff('second', original.published_at, article.published_at) / 3600.0 as lag_hours,
        article.origin_rule,
        cluster.n_articles as n_in_cluster
    from article
    inner join cluster on article.cluster_id = cluster.cluster_id
    left join article as original on cluster.original_id = original.article_id
    -- A credit line tells a reprint even where nobody's original is among the watched sources.
    where not article.is_original or (article.is_original is null and cluster.n_articles > 1)
)

select * from final
order by cluster_id, published_at, article_id
