{# A permanent random number, 0 to 1, of an article in a month: the same whenever and wherever it is asked for. #}
{% macro random_number(purpose, month, article_id) -%}
    cast('0x' || substr(sha256({{ purpose }} || ':' || strftime({{ month }}, '%Y-%m') || ':' || {{ article_id }}), 1, 13) as ubigint)
    / 4503599627370496
{%- endmacro %}
