with

lake as (
    select * from {{ source('lake', 'label') }}
),

final as (
    select
        lake.* exclude (filename),
        -- Labels do not say from which capture they were made; their partition names the month.
        regexp_extract(lake.filename, 'month=([0-9-]+)', 1) as capture_month
    from lake
)

select * from final
