{# What a fetch says about the page: the words are those of the lake's `fetch.outcome`. #}

{# The next crawl tries these again: they say nothing about the page. #}
{% macro is_temporary(outcome) -%}
    {{ outcome }} in (
        'server_error', 'timeout', 'connection_error', 'truncated', 'rate_limited',
        'challenge', 'login', 'parked', 'maintenance', 'certificate_error'
    )
{%- endmacro %}

{# The page was there, whether or not a capture was kept. #}
{% macro is_there(outcome) -%}
    {{ outcome }} in ('ok', 'not_modified', 'unchanged')
{%- endmacro %}

{# The page is there as it was: nothing new to keep. #}
{% macro is_as_it_was(outcome) -%}
    {{ outcome }} in ('not_modified', 'unchanged')
{%- endmacro %}

{# The site says that there is no such page. #}
{% macro is_gone(outcome) -%}
    {{ outcome }} in ('gone', 'soft_404')
{%- endmacro %}
