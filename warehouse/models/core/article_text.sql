with

article as (
    select * from {{ ref('int_article') }}
),

final as (
    select
        article_id,
        title,
        lead,
        text
    from article
)

select * from final
order by article_id
