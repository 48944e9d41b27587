-- Written from the properties of the models themselves, as are the comments in the database: there is nothing to keep in step.
with

final as (
    {%- for row in dictionary_rows() %}
    select
        {{ loop.index }} as position,
        {%- for value in row.values() %}
        {{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select * from final
