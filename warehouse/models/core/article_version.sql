-- What an address carried, one text after another; which of them counts is said by core.article. A text that comes back is no new version.
with

address as (
    select * from {{ ref('int_address') }}
),

article as (
    select * exclude (text) from {{ ref('stg_lake__article') }}
),

version as (
    select
        address.source_id,
        address.url_key,
        article.article_id,
        address.article_id as counted_article_id,
        arg_min(article.capture_id, row(article.fetched_at, article.capture_id)) as capture_id,
        min(article.fetched_at) as first_seen_at,
        arg_min(article.title, row(article.fetched_at, article.capture_id)) as title,
        arg_min(article.word_count, row(article.fetched_at, article.capture_id)) as word_count,
        article.article_id = address.text_id as is_current
    from address
    inner join article on address.source_id = article.source_id and address.url_key = article.url_key
    where address.article_id is not null
    group by address.source_id, address.url_key, article.article_id, address.article_id, address.text_id
),

final as (
    select
        source_id,
        url_key,
        cast(row_number() over (partition by source_id, url_key order by first_seen_at, capture_id) as integer) as version_no,
        article_id,
        counted_article_id,
        capture_id,
        first_seen_at,
        title,
        word_count,
        is_current
    from version
)

select * from final
order by source_id, url_key, version_no
