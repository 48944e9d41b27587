with

seed as (
    select * from {{ ref('documents') }}
),

final as (
    select
        seed.document_id,
        seed.title,
        seed.role,
        seed.number,
        cast(seed.date as date) as issued_on,
        seed.kind,
        seed.issuer,
        seed.issuer_agency_id,
        seed.place,
        {{ cell_values('seed.patterns') }} as patterns,
        {{ cell_values('seed.aliases') }} as aliases,
        seed.evidence_url,
        seed.confidence,
        seed.notes
    from seed
)

select * from final
