-- The ledger: every address found, once, with its one fate: kept (gate is null) or dropped at a gate for a reason.
with

judged as (
    select * from {{ ref('int_judged') }}
),

lineage as (
    select * from {{ ref('int_lineage') }}
),

inherited as (
    select * from {{ ref('int_inherited') }}
),

-- One address of each article counts. First seen is compared by day, and within a day the older site goes first: the order in which
-- one crawl happens to reach two sites says nothing about the sites, and the same crawl run again must count the same address. Then the
-- address that carries the newest version, which a print page or a mirror need not do.
ranked as (
    select
        judged.source_id,
        judged.url_key,
        judged.text_id,
        first_value(judged.text_id) over same_article as article_id,
        first_value(judged.url) over same_article as counted_url,
        first_value(judged.source_id) over same_article as counted_source_id,
        row_number() over same_article as place
    from judged
    inner join lineage on judged.text_id = lineage.text_id
    where judged.fate is null
    window same_article as (
        partition by lineage.lineage_id
        order by
            judged.first_seen_day,
            coalesce(judged.valid_to, date '9999-12-31'),
            coalesce(judged.valid_from, date '0001-01-01'),
            lineage.is_superseded,
            length(judged.url),
            judged.url,
            judged.source_id
    )
),

counted as (
    select distinct
        text_id,
        article_id,
        counted_url,
        counted_source_id
    from ranked
),

carrying as (
    select
        source_id,
        url_key,
        article_id,
        counted_url,
        counted_source_id,
        place
    from ranked
    union all
    -- A page of a successor never counts: the body that published it is the one that existed on its day.
    select
        inherited.source_id,
        inherited.url_key,
        counted.article_id,
        counted.counted_url,
        counted.counted_source_id,
        null as place
    from inherited
    inner join counted on inherited.standing_text_id = counted.text_id
),

final as (
    select
        judged.source_id,
        judged.url_key,
        judged.url,
        judged.first_seen_at,
        judged.fetched_at,
        judged.capture_id,
        judged.last_confirmed_at,
        judged.vanished_at,
        carrying.article_id,
        case when carrying.article_id is not null then judged.text_id end as text_id,
        judged.published_at,
        judged.published_day,
        judged.date_rule,
        coalesce(carrying.place = 1, false) as is_counted,
        case
            when carrying.place = 1 then null
            when carrying.article_id is not null then 'identity'
            else judged.fate.gate
        end as gate,
        case
            when carrying.place = 1 then null
            when carrying.place is null and carrying.article_id is not null then 'moved_here'
            when carrying.place > 1 and judged.text_id != carrying.article_id then 'other_version'
            when carrying.place > 1 then 'same_text'
            else judged.fate.reason
        end as reason,
        case
            when carrying.place = 1 then null
            when carrying.article_id is not null then carrying.counted_source_id || ': ' || carrying.counted_url
            else judged.fate.detail
        end as detail,
        judged.ledger_day
    from judged
    left join carrying on judged.source_id = carrying.source_id and judged.url_key = carrying.url_key
)

select * from final
