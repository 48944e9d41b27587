-- How complete our view of a source is: each address found in a month ends as kept or as dropped for a reason, and what was not found is
-- estimated as far as anything tells it. The estimates are made in int_completeness; they stand on their own, none corrects a count.
with

month as (
    select * from {{ ref('int_month') }}
),

completeness as (
    select * from {{ ref('int_completeness') }}
),

source as (
    select * from {{ ref('source') }}
),

final as (
    select
        month.source_id,
        month.month,
        source.agency_id,
        month.state,
        month.n_days,
        month.n_days_published,
        month.n_days_silent,
        month.n_days_blind,
        month.n_days_never_looked,
        month.gap_hours,
        month.n_found,
        month.n_kept,
        month.n_dropped,
        month.n_dropped_discover,
        month.n_dropped_fetch,
        month.n_dropped_extract,
        month.n_dropped_validity,
        month.n_dropped_identity,
        month.n_probe_unknown,
        month.n_probe_drawn,
        month.n_probe_found,
        completeness.missed_low,
        completeness.missed,
        completeness.missed_high,
        month.n_outside,
        month.n_outside_found,
        completeness.recall_low,
        completeness.recall,
        completeness.recall_high,
        completeness.optimistic_completeness,
        completeness.optimistic_completeness_chao,
        month.channels as optimistic_channels,
        completeness.missed_at_most,
        completeness.grade,
        completeness.grade_reasons
    from month
    inner join completeness on month.source_id = completeness.source_id and month.month = completeness.month
    inner join source on month.source_id = source.source_id
)

select * from final
order by source_id, month
