with

article as (
    select * from {{ ref('int_article') }}
),

final as (
    select
        article_id,
        title,
        lead,
        text,
        substr(sha256(concat_ws(chr(10), title, lead, text)), 1, 16) as text_digest
    from article
)

select * from final
order by article_id
