-- Written from the properties of the models themselves, as are the comments in the database: there is nothing to keep in step.
with

final as (
    select
        cast(null as integer) as position,
        cast(null as varchar) as schema_name,
        cast(null as varchar) as table_name,
        cast(null as varchar) as column_name,
        cast(null as varchar) as data_type,
        cast(null as varchar) as meaning,
        cast(null as varchar) as unit,
        cast(null as varchar) as source,
        cast(null as varchar[]) as warnings
    where false
    {%- for row in dictionary_rows() %}
    union all
    select {{ loop.index }}, {{ row | join(', ') }}
    {%- endfor %}
)

select * from final
order by position
