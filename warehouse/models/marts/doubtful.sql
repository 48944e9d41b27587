with

article as (
    select * from {{ ref('article') }}
),

copy_pair as (
    select * from {{ ref('stg_lake__copy_pair') }}
),

doubtful as (
    select
        article_id,
        'score_in_the_middle' as reason,
        null as other_id,
        score,
        null as containment,
        abs(score - 0.5) as distance
    from article
    where abs(score - 0.5) <= {{ var('middle_of_score') }}
),

pairs as (
    select
        copy_pair.left_id as article_id,
        'copy_or_not' as reason,
        copy_pair.right_id as other_id,
        article.score,
        copy_pair.containment,
        1 - copy_pair.containment as distance
    from copy_pair
    inner join article on copy_pair.left_id = article.article_id
    inner join article as other on copy_pair.right_id = other.article_id
    where copy_pair.verdict = 'review'
),

queue as (
    select * from doubtful
    union all
    select * from pairs
),

final as (
    select
        cast(row_number() over (order by distance, reason, article_id, other_id) as integer) as queue_no,
        article_id,
        reason,
        other_id,
        score,
        containment
    from queue
)

select * from final
order by queue_no
