{# A text as an SQL literal. #}
{% macro literal(value) -%}
    {{ return("cast(null as varchar)" if value is none else "'" ~ (value | string | trim | replace("'", "''")) ~ "'") }}
{%- endmacro %}

{# The warnings that a node names by key, spelled out. #}
{% macro warnings_of(keys, where) -%}
    {%- set texts = [] -%}
    {%- for key in keys -%}
        {%- if key not in var('warnings') -%}
            {%- do exceptions.raise_compiler_error(where ~ ": no warning is called " ~ key ~ " in dbt_project.yml") -%}
        {%- endif -%}
        {%- do texts.append(literal(var('warnings')[key])) -%}
    {%- endfor -%}
    {{ return("cast([" ~ texts | join(", ") ~ "] as varchar[])") }}
{%- endmacro %}

{# One row per published table and column, as SQL expressions. #}
{% macro dictionary_rows() -%}
    {%- set rows = [] -%}
    {%- set nodes = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list if execute else [] -%}
    {%- for schema in ['core', 'marts', 'meta'] -%}
        {%- for node in nodes | selectattr('schema', 'equalto', schema) | sort(attribute='name') -%}
            {%- set about = node.config.meta -%}
            {%- do rows.append({
                'schema_name': literal(schema) ~ ' as schema_name',
                'table_name': literal(node.name) ~ ' as table_name',
                'column_name': literal(none) ~ ' as column_name',
                'data_type': literal(none) ~ ' as data_type',
                'meaning': literal(node.description) ~ ' as meaning',
                'unit': literal(about.get('unit')) ~ ' as unit',
                'source': literal(about.get('source')) ~ ' as source',
                'warnings': warnings_of(about.get('warnings', []), node.name) ~ ' as warnings',
            }) -%}
            {%- for column in node.columns.values() -%}
                {%- set of_column = column.config.meta -%}
                {%- do rows.append({
                    'schema_name': literal(schema) ~ ' as schema_name',
                    'table_name': literal(node.name) ~ ' as table_name',
                    'column_name': literal(column.name) ~ ' as column_name',
                    'data_type': literal(column.data_type) ~ ' as data_type',
                    'meaning': literal(column.description) ~ ' as meaning',
                    'unit': literal(of_column.get('unit')) ~ ' as unit',
                    'source': literal(of_column.get('source', about.get('source'))) ~ ' as source',
                    'warnings': warnings_of(of_column.get('warnings', []), node.name ~ '.' ~ column.name) ~ ' as warnings',
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}
