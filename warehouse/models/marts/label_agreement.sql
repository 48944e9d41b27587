with

agreement as (
    select * from {{ ref('int_agreement') }}
),

final as (
    select
        month,
        codebook_version,
        kind,
        theme_id,
        n_articles,
        n_labels,
        share_equal,
        alpha,
        alpha_low,
        alpha_high,
        reading
    from agreement
)

select * from final
order by month nulls first, codebook_version, kind, theme_id nulls first
