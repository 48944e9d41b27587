{# The words of an article that a span (field, start, end; code points from 0) points at. #}
{% macro quote_of(article, span) -%}
    substr(
        case {{ span }}.field
            when 'url' then {{ article }}.url
            when 'title' then {{ article }}.title
            when 'lead' then {{ article }}.lead
            when 'text' then {{ article }}.text
        end,
        {{ span }}.start + 1,
        {{ span }}.end - {{ span }}.start
    )
{%- endmacro %}
