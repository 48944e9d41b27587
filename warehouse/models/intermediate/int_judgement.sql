-- Every label that a person gave to an article that is counted today, and whether it still stands.
with

judgement as (
    select * from {{ ref('stg_lake__judgement') }}
),

placed as (
    select * from {{ ref('int_placed') }}
),

written as (
    select * from {{ ref('article_text') }}
),

replaced as (
    select distinct supersedes as judgement_id
    from judgement
    where supersedes is not null
),

final as (
    select
        judgement.judgement_id,
        placed.counted_id as article_id,
        judgement.article_id as labelled_id,
        judgement.month,
        judgement.coder,
        judgement.coded_at,
        judgement.codebook_version,
        judgement.relevance,
        judgement.themes,
        judgement.agencies,
        judgement.note,
        judgement.supersedes,
        judgement.imported_at,
        replaced.judgement_id is null as is_current,
        coalesce(judgement.text_digest = written.text_digest, false) as is_same_text
    from judgement
    inner join placed
        on
            judgement.article_id = placed.article_id
            and judgement.source_id = placed.source_id
            and judgement.url_key = placed.url_key
    left join written on placed.counted_id = written.article_id
    left join replaced on judgement.judgement_id = replaced.judgement_id
)

select * from final
