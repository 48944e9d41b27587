-- How complete our view of a source is: each address found in a month ends as kept or as dropped for a reason.
with

address as (
    select * from {{ ref('int_address') }}
),

source as (
    select * from {{ ref('source') }}
),

article as (
    select * from {{ ref('article') }}
),

source_day as (
    select * from {{ ref('source_day') }}
),

dated as (
    select
        address.source_id,
        {{ month_of('coalesce(article.published_day, address.ledger_day)') }} as month,
        address.is_counted,
        address.gate
    from address
    left join article on address.is_counted and address.article_id = article.article_id
),

ledger as (
    select
        source_id,
        month,
        count(*) as n_found,
        count(*) filter (where is_counted) as n_kept,
        count(*) filter (where not is_counted) as n_dropped,
        count(*) filter (where gate = 'discover') as n_dropped_discover,
        count(*) filter (where gate = 'fetch') as n_dropped_fetch,
        count(*) filter (where gate = 'extract') as n_dropped_extract,
        count(*) filter (where gate = 'validity') as n_dropped_validity,
        count(*) filter (where gate = 'identity') as n_dropped_identity
    from dated
    group by source_id, month
),

observed as (
    select
        source_id,
        month,
        {{ observed_days() }}
    from source_day
    group by source_id, month
),

joined as (
    select
        coalesce(observed.source_id, ledger.source_id) as source_id,
        coalesce(observed.month, ledger.month) as month,
        observed.* exclude (source_id, month),
        ledger.* exclude (source_id, month)
    from observed
    full outer join ledger on observed.source_id = ledger.source_id and observed.month = ledger.month
),

final as (
    select
        joined.source_id,
        joined.month,
        source.agency_id,
        coalesce(joined.state, 'outside') as state,
        coalesce(joined.n_days, 0) as n_days,
        coalesce(joined.n_days_published, 0) as n_days_published,
        coalesce(joined.n_days_silent, 0) as n_days_silent,
        coalesce(joined.n_days_blind, 0) as n_days_blind,
        coalesce(joined.n_found, 0) as n_found,
        coalesce(joined.n_kept, 0) as n_kept,
        coalesce(joined.n_dropped, 0) as n_dropped,
        coalesce(joined.n_dropped_discover, 0) as n_dropped_discover,
        coalesce(joined.n_dropped_fetch, 0) as n_dropped_fetch,
        coalesce(joined.n_dropped_extract, 0) as n_dropped_extract,
        coalesce(joined.n_dropped_validity, 0) as n_dropped_validity,
        coalesce(joined.n_dropped_identity, 0) as n_dropped_identity
    from joined
    inner join source on joined.source_id = source.source_id
)

select * from final
order by source_id, month
