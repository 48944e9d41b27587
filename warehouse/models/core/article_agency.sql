with

article as (
    select * from {{ ref('int_article') }}
),

label as (
    select * from {{ ref('int_label') }}
),

named as (
    select
        article_id,
        generate_subscripts(agencies, 1) as mention_no,
        unnest(agencies) as span
    from label
),

own_site as (
    select
        article_id,
        0 as mention_no,
        agency_id,
        'own_site' as role,
        null as field,
        null as start_pos,
        null as end_pos,
        null as quote
    from article
),

mention as (
    select
        named.article_id,
        named.mention_no,
        named.span.agency_id as agency_id,
        named.span.role as role,
        named.span.field as field,
        named.span.start as start_pos,
        named.span.end as end_pos,
        {{ quote_of('article', 'named.span') }} as quote
    from named
    inner join article on named.article_id = article.article_id
    -- Whose site it is comes from the registry, not from the words of the page.
    where named.span.role != 'own_site'
),

final as (
    select * from own_site
    union all
    select * from mention
)

select * from final
order by article_id, mention_no
