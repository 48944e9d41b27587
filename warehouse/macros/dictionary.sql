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

{# One row per published table and column: the values of meta.dictionary after `position`, as SQL expressions. #}
{% macro dictionary_rows() -%}
    {%- set rows = [] -%}
    {%- set nodes = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list if execute else [] -%}
    {%- for schema in ['core', 'marts', 'meta'] -%}
        {%- for node in nodes | selectattr('schema', 'equalto', schema) | sort(attribute='name') -%}
            {%- set of_table = node.config.meta -%}
            {%- do rows.append([
                literal(schema), literal(node.name), literal(none), literal(none), literal(node.description),
                literal(of_table.get('unit')), literal(of_table.get('source')),
                warnings_of(of_table.get('warnings', []), node.name)
            ]) -%}
            {%- for column in node.columns.values() -%}
                {%- set of_column = column.config.meta -%}
                {%- do rows.append([
                    literal(schema), literal(node.name), literal(column.name), literal(column.data_type),
                    literal(column.description), literal(of_column.get('unit')),
                    literal(of_column.get('source', of_table.get('source'))),
                    warnings_of(of_column.get('warnings', []), node.name ~ '.' ~ column.name)
                ]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}
