-- The first relevant article about each document, theme and agency of the registry; what was never covered stands with no article.
with

document as (
    select * from {{ ref('document') }}
),

theme as (
    select * from {{ ref('theme') }}
),

agency as (
    select * from {{ ref('agency') }}
),

article as (
    select * from {{ ref('article') }}
),

evidence as (
    select * from {{ ref('evidence') }}
),

article_agency as (
    select * from {{ ref('article_agency') }}
),

subject as (
    select
        'document' as subject_kind,
        document_id as subject_id,
        issued_on as since
    from document
    union all
    select
        'theme' as subject_kind,
        theme_id as subject_id,
        null as since
    from theme
    union all
    select
        'agency' as subject_kind,
        agency_id as subject_id,
        null as since
    from agency
),

about as (
    select distinct
        'document' as subject_kind,
        document.document_id as subject_id,
        evidence.article_id
    from evidence
    inner join document on evidence.what = document.document_id or evidence.what = document.number
    union all
    select
        'theme' as subject_kind,
        unnest(themes) as subject_id,
        article_id
    from article
    union all
    select distinct
        'agency' as subject_kind,
        agency_id as subject_id,
        article_id
    from article_agency
),

covered as (
    select
        about.subject_kind,
        about.subject_id,
        count(*) as n_articles,
        arg_min(about.article_id, row(article.published_at, about.article_id)) as article_id
    from about
    inner join article on about.article_id = article.article_id
    where article.relevance in ('explicit', 'implicit')
    group by about.subject_kind, about.subject_id
),

final as (
    select
        subject.subject_kind,
        subject.subject_id,
        coalesce(covered.n_articles, 0) as n_articles,
        article.article_id,
        article.agency_id,
        article.published_at,
        article.url,
        datediff('day', subject.since, article.published_day) as lag_days
    from subject
    left join covered on subject.subject_kind = covered.subject_kind and subject.subject_id = covered.subject_id
    left join article on covered.article_id = article.article_id
)

select * from final
order by subject_kind, subject_id
