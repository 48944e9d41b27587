with

label as (
    select * from {{ ref('int_label') }}
),

final as (
    select
        article_id,
        'model' as coder,
        model_version,
        relevance,
        score,
        themes
    from label
)

select * from final
order by article_id
