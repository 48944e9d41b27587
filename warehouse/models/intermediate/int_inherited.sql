-- Pages that a site took over from another: dated before the site existed, with the text of an article of the body whose work the site's
-- own body carries on (or of the same body's older site). The text decides, never the running number that a move may keep or not. Where the
-- text was not met at the older site the page stays dropped: a site that several bodies merged into does not tell whose it was.
with recursive

judged as (
    select * from {{ ref('int_judged') }}
),

source as (
    select * from {{ ref('int_source') }}
),

agency as (
    select * from {{ ref('stg_registry__agency') }}
),

copy_pair as (
    select * from {{ ref('stg_lake__copy_pair') }}
),

heir as (
    select
        agency_id,
        agency_id as heir_id
    from agency
    union
    select
        heir.agency_id,
        unnest(agency.successors) as heir_id
    from heir
    inner join agency on heir.heir_id = agency.agency_id
),

-- A domain for the time of the change and the site that was the change's end have their heir in common.
related as (
    select distinct
        one.agency_id,
        other.agency_id as related_id
    from heir as one
    inner join heir as other on one.heir_id = other.heir_id
),

moved as (
    select
        judged.source_id,
        judged.url_key,
        judged.text_id,
        judged.published_day,
        source.agency_id
    from judged
    inner join source on judged.source_id = source.source_id
    where judged.fate.reason = 'before_source'
),

standing as (
    select distinct
        judged.text_id,
        judged.published_day,
        source.agency_id
    from judged
    inner join source on judged.source_id = source.source_id
    where judged.fate is null
),

alike as (
    select
        left_id as text_id,
        right_id as other_id,
        jaccard
    from copy_pair
    where jaccard >= {{ var('same_text_jaccard') }}
    union all
    select
        right_id as text_id,
        left_id as other_id,
        jaccard
    from copy_pair
    where jaccard >= {{ var('same_text_jaccard') }}
    union all
    select distinct
        text_id,
        text_id as other_id,
        1.0 as jaccard
    from standing
),

final as (
    select
        moved.source_id,
        moved.url_key,
        standing.text_id as standing_text_id
    from moved
    inner join alike on moved.text_id = alike.text_id
    inner join standing on alike.other_id = standing.text_id and moved.published_day = standing.published_day
    inner join related on moved.agency_id = related.agency_id and standing.agency_id = related.related_id
    qualify row_number() over (partition by moved.source_id, moved.url_key order by alike.jaccard desc, standing.text_id asc) = 1
)

select * from final
