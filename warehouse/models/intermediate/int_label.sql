-- One label per article: that of the capture that counts, because its spans point into that capture's text.
with

label as (
    select * from {{ ref('stg_lake__label') }}
),

article as (
    select
        article_id,
        source_id,
        capture_id
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
    inner join article
        on
            label.article_id = article.article_id
            and label.source_id = article.source_id
            and label.capture_id = article.capture_id
    qualify row_number() over (partition by label.article_id order by label.model_version desc) = 1
)

select * from final
