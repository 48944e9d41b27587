{# The values of a cell of the registry, which separates them by semicolons. #}
{% macro cell_values(column) -%}
    list_filter(list_transform(string_split(coalesce({{ column }}, ''), ';'), lambda value: trim(value)), lambda value: value != '')
{%- endmacro %}
