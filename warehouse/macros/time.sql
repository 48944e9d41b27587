{# A UTC instant without zone: the published file then reads the same in any client, with or without the icu extension. #}
{% macro utc(column) -%}
    make_timestamp(epoch_us({{ column }}))
{%- endmacro %}

{# Day in Asia/Ho_Chi_Minh of a UTC instant: +07:00 without summer time since 1975. #}
{% macro local_day(column) -%}
    cast({{ column }} + interval 7 hours as date)
{%- endmacro %}

{# UTC instant at which a local day begins. #}
{% macro starts(day) -%}
    cast({{ day }} as timestamp) - interval 7 hours
{%- endmacro %}

{# First day of the month in Asia/Ho_Chi_Minh of a local day. #}
{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}
