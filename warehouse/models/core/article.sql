with

article as (
    select * from {{ ref('int_article') }}
),

label as (
    select * from {{ ref('int_label') }}
),

copy as (
    select * from {{ ref('stg_lake__copy') }}
),

final as (
    select
        article.article_id,
        article.url,
        article.source_id,
        article.agency_id,
        article.title,
        article.lead,
        article.published_at,
        article.published_day,
        {{ month_of('article.published_day') }} as published_month,
        article.date_rule,
        article.modified_at,
        array_to_string(article.authors, ', ') as author,
        article.authors,
        article.author_rule,
        article.title_rule,
        article.section,
        article.tags,
        article.genre,
        article.word_count,
        article.image_count,
        article.has_video,
        article.credit,
        article.first_seen_at,
        article.fetched_at,
        article.capture_id,
        article.n_addresses,
        copy.cluster_id,
        copy.is_original,
        copy.origin_rule,
        label.relevance,
        label.score,
        label.themes,
        label.model_version
    from article
    left join label on article.article_id = label.article_id
    left join copy on article.article_id = copy.article_id
)

select * from final
order by published_at, article_id
