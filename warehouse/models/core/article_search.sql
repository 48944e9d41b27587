-- Folding a text costs far more than looking into one that is folded, so it is done once.
with

article_text as (
    select * from {{ ref('article_text') }}
),

final as (
    select
        article_id,
        main.words(concat_ws(' ', title, lead, text)) as words
    from article_text
)

select * from final
order by article_id
