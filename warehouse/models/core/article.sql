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

address as (
    select * from {{ ref('int_address') }}
),

cluster as (
    select
        cluster_id,
        count(*) as n_texts
    from copy
    group by cluster_id
),

-- Copies are told apart by text; an article whose versions stand at several addresses is in its cluster with several texts, and is the
-- original when one of them is. Where the cluster holds nothing but its own versions, there is no other whose copy it could be.
carried as (
    select distinct
        article_id,
        text_id
    from address
    where article_id is not null
),

role as (
    select
        carried.article_id,
        any_value(copy.cluster_id) as cluster_id,
        case
            when bool_or(copy.is_original) then true
            when count(copy.is_original) = 0 and count(*) > 1 and count(*) = any_value(cluster.n_texts) then true
            when count(copy.is_original) = count(*) then false
        end as is_original,
        case
            when count(copy.is_original) = 0 and count(*) > 1 and count(*) = any_value(cluster.n_texts) then 'single'
            else arg_min(copy.origin_rule, row(not coalesce(copy.is_original, false), carried.text_id != carried.article_id))
        end as origin_rule
    from carried
    inner join copy on carried.text_id = copy.article_id
    inner join cluster on copy.cluster_id = cluster.cluster_id
    group by carried.article_id
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
        article.lead_rule,
        article.text_rule,
        article.section,
        article.tags,
        article.genre,
        article.word_count,
        article.image_count,
        article.has_video,
        article.video_count,
        article.special_section,
        article.attachments,
        article.document_url,
        article.document_capture_id,
        article.document_number,
        article.issuer,
        article.credit,
        article.first_seen_at,
        article.fetched_at,
        article.last_confirmed_at,
        article.vanished_at,
        article.capture_id,
        article.n_addresses,
        role.cluster_id,
        role.is_original,
        role.origin_rule,
        label.relevance,
        label.score,
        label.themes,
        label.model_version
    from article
    left join label on article.article_id = label.article_id
    left join role on article.article_id = role.article_id
)

select * from final
order by published_at, article_id
