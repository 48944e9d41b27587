-- Where an article that was drawn or labelled stands today: as itself, as the article of which its text is an older version, or as what its
-- address carries, for a text gets another identity when it is read by better rules.
with

drawn as (
    select * from {{ ref('stg_lake__audit') }}
),

judgement as (
    select * from {{ ref('stg_lake__judgement') }}
),

article as (
    select article_id from {{ ref('int_article') }}
),

version as (
    select * from {{ ref('article_version') }}
),

address as (
    select * from {{ ref('int_address') }}
),

named as (
    select
        article_id,
        source_id,
        url_key
    from drawn
    union
    select
        article_id,
        source_id,
        url_key
    from judgement
),

older as (
    select
        article_id,
        min(counted_article_id) as counted_id
    from version
    group by article_id
),

final as (
    select
        named.article_id,
        named.source_id,
        named.url_key,
        coalesce(article.article_id, older.counted_id, address.article_id) as counted_id
    from named
    left join article on named.article_id = article.article_id
    left join older on named.article_id = older.article_id
    left join address on named.source_id = address.source_id and named.url_key = address.url_key
)

select * from final
