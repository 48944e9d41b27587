-- Which texts are versions of one article, where several of them stand at addresses at once: a page was edited after its text had been
-- copied to another address (print page, mirror, the successor's site). Two current texts belong together when one address carried both
-- and both lie in one cluster of near-copies. The cluster is asked too because some addresses are used for one text after another ("the
-- latest notice"): what stood there on other days is then no version of what stands there today.
with recursive

judged as (
    select * from {{ ref('int_judged') }}
),

article as (
    select * exclude (text) from {{ ref('stg_lake__article') }}
),

copy as (
    select * from {{ ref('stg_lake__copy') }}
),

standing as (
    select distinct text_id
    from judged
    where fate is null
),

edited as (
    select distinct
        article.article_id as old_id,
        judged.text_id as new_id
    from judged
    inner join article on judged.source_id = article.source_id and judged.url_key = article.url_key
    inner join standing on article.article_id = standing.text_id
    inner join copy as old_copy on article.article_id = old_copy.article_id
    inner join copy as new_copy on judged.text_id = new_copy.article_id
    where
        judged.fate is null
        and article.article_id != judged.text_id
        and old_copy.cluster_id = new_copy.cluster_id
),

link as (
    select
        old_id as one_id,
        new_id as other_id
    from edited
    union
    select
        new_id as one_id,
        old_id as other_id
    from edited
),

kin as (
    select
        text_id,
        text_id as kin_id
    from standing
    union
    select
        kin.text_id,
        link.other_id as kin_id
    from kin
    inner join link on kin.kin_id = link.one_id
),

final as (
    select
        kin.text_id,
        min(kin.kin_id) as lineage_id,
        count(edited.old_id) > 0 as is_superseded
    from kin
    left join edited on kin.text_id = edited.old_id
    group by kin.text_id
)

select * from final
