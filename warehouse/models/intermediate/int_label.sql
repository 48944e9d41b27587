-- One label per article: spans point into the capture that counts, so the label made of that capture is wanted first.
with

label as (
    select * from {{ ref('stg_lake__label') }}
),

article as (
    select
        article_id,
        source_id,
        strftime(fetched_at, '%Y-%m') as capture_month
    from {{ ref('int_article') }}
),

final as (
    select
        label.article_id,
        label.relevance,
        label.score,
        label.themes,
        label.agencies,
        label.evidence,
        label.model_version
    from label
    inner join article on label.article_id = article.article_id
    qualify row_number() over (
        partition by label.article_id
        order by
            label.source_id = article.source_id desc,
            label.capture_month = article.capture_month desc,
            label.capture_month desc,
            label.model_version desc
    ) = 1
)

select * from final
