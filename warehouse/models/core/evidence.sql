with

article as (
    select * from {{ ref('int_article') }}
),

label as (
    select * from {{ ref('int_label') }}
),

span as (
    select
        article_id,
        generate_subscripts(evidence, 1) as evidence_no,
        unnest(evidence) as span
    from label
),

final as (
    select
        span.article_id,
        cast(span.evidence_no as integer) as evidence_no,
        span.span.field as field,
        span.span.start as start_pos,
        span.span.end as end_pos,
        span.span.kind as kind,
        span.span.what as what,
        {{ quote_of('article', 'span.span') }} as quote
    from span
    inner join article on span.article_id = article.article_id
)

select * from final
order by article_id, evidence_no
