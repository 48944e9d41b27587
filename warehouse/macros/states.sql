{# Counts of source-days by state, and the state of the whole they make up. #}
{% macro observed_days() -%}
    count(*) as n_days,
        count(*) filter (where state = 'published') as n_days_published,
        count(*) filter (where state = 'silent') as n_days_silent,
        count(*) filter (where state = 'blind') as n_days_blind,
        case
            when count(*) = count(*) filter (where state = 'blind') then 'blind'
            when count(*) filter (where state = 'blind') > 0 then 'partly_blind'
            else 'model_only'
        end as state
{%- endmacro %}

{# A count of what was seen: nothing seen is 0, not being able to see is null. #}
{% macro zero_unless_blind(column) -%}
    case when observed.state != 'blind' then coalesce({{ column }}, 0) end as {{ column.split('.')[-1] }}
{%- endmacro %}
