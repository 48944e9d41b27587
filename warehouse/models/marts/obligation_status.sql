-- What the web has shown so far of each duty, per body it binds. No verdict: seen, not seen, or cannot be seen and why.
with

obligation as (
    select * from {{ ref('obligation') }}
),

agency as (
    select * from {{ ref('agency') }}
),

article as (
    select * from {{ ref('article') }}
),

source_day as (
    select * from {{ ref('source_day') }}
),

binding as (
    select
        obligation_id,
        unnest(binds) as bound
    from obligation
),

bound as (
    select distinct
        binding.obligation_id,
        agency.agency_id,
        agency.observability
    from binding
    inner join agency on binding.bound = agency.agency_id or binding.bound = 'class:' || agency.report_class
),

duty as (
    select
        obligation.*,
        bound.agency_id,
        bound.observability,
        list_intersect(
            obligation.product_kinds,
            ['tin', 'bai', 'phong_su', 'anh', 'video', 'phong_van', 'van_ban', 'thong_bao']
        ) as genres
    from obligation
    inner join bound on obligation.obligation_id = bound.obligation_id
),

visible as (
    select
        duty.obligation_id,
        duty.agency_id,
        count(*) filter (where source_day.state != 'blind') as n_visible_days
    from duty
    inner join source_day
        on
            duty.agency_id = source_day.agency_id
            and source_day.day >= coalesce(duty.since, source_day.day)
            and source_day.day <= coalesce(duty.until, source_day.day)
    group by duty.obligation_id, duty.agency_id
),

proof as (
    select
        duty.obligation_id,
        duty.agency_id,
        count(*) as n_evidence,
        min(article.published_day) as first_day,
        max(article.published_day) as last_day,
        arg_min(
            article.article_id,
            row(article.relevance != 'explicit', -article.score, article.article_id)
        ) as evidence_article_id
    from duty
    inner join article
        on
            duty.agency_id = article.agency_id
            and article.published_day >= coalesce(duty.since, article.published_day)
            and article.published_day <= coalesce(duty.until, article.published_day)
            and (len(duty.genres) = 0 or list_contains(duty.genres, article.genre))
            and (len(duty.themes) = 0 or list_has_any(duty.themes, article.themes))
    where article.relevance in ('explicit', 'implicit')
    group by duty.obligation_id, duty.agency_id
),

judged as (
    select
        duty.obligation_id,
        duty.agency_id,
        duty.why_not,
        case
            when duty.observable = 'no' then 'hidden_from_the_web'
            when duty.observability = 'not_observable' then 'no_source'
            when len(duty.product_kinds) > 0 and len(duty.genres) = 0 then 'no_rule_yet'
            when coalesce(visible.n_visible_days, 0) = 0 then 'blind'
        end as reason,
        proof.n_evidence,
        proof.first_day,
        proof.last_day,
        proof.evidence_article_id
    from duty
    left join visible on duty.obligation_id = visible.obligation_id and duty.agency_id = visible.agency_id
    left join proof on duty.obligation_id = proof.obligation_id and duty.agency_id = proof.agency_id
),

final as (
    select
        obligation_id,
        agency_id,
        case
            when reason is not null then 'cannot_be_seen'
            when n_evidence > 0 then 'seen'
            else 'not_seen'
        end as status,
        reason,
        why_not,
        case when reason is null then coalesce(n_evidence, 0) end as n_evidence,
        case when reason is null then first_day end as first_day,
        case when reason is null then last_day end as last_day,
        case when reason is null then evidence_article_id end as evidence_article_id
    from judged
)

select * from final
order by obligation_id, agency_id
