with

label as (
    select * from {{ ref('int_label') }}
),

judgement as (
    select * from {{ ref('int_judgement') }}
),

by_model as (
    select
        model_version || ':' || article_id as label_id,
        article_id,
        'model' as coder,
        model_version,
        relevance,
        score,
        themes,
        true as is_current,
        true as is_same_text
    from label
),

by_people as (
    select
        judgement_id as label_id,
        article_id,
        coder,
        codebook_version,
        relevance,
        themes,
        agencies,
        note,
        month,
        coded_at,
        supersedes,
        is_current,
        is_same_text
    from judgement
    where article_id is not null
),

given as (
    select * from by_people
    union all by name
    select * from by_model
),

final as (
    select
        label_id,
        article_id,
        coder,
        model_version,
        codebook_version,
        relevance,
        score,
        themes,
        agencies,
        note,
        month,
        coded_at,
        supersedes,
        is_current,
        is_same_text
    from given
)

select * from final
order by article_id, coder, coded_at, label_id
