with

seed as (
    select * from {{ ref('agencies') }}
),

final as (
    select
        seed.agency_id,
        seed.name,
        seed.kind,
        seed.level,
        seed.report_class,
        cast(seed.valid_from as date) as valid_from,
        cast(seed.valid_to as date) as valid_to,
        {{ cell_values('seed.successors') }} as successors,
        {{ cell_values('seed.aliases') }} as aliases,
        seed.plan_role,
        seed.confidence,
        seed.date_confidence,
        seed.evidence_url,
        seed.notes
    from seed
)

select * from final
