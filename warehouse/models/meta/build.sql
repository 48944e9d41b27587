with

poll as (
    select * from {{ ref('stg_lake__poll') }}
),

request as (
    select * from {{ ref('stg_lake__fetch') }}
),

label as (
    select * from {{ ref('label') }}
),

source as (
    select * from {{ ref('int_source') }}
),

judgement as (
    select * from {{ ref('int_judgement') }}
),

looked as (
    select
        source_id,
        polled_at as at
    from poll
    union all
    select
        source_id,
        fetched_at as at
    from request
),

latest as (
    select
        max(looked.at) as data_up_to,
        count(distinct looked.source_id) filter (where source.source_id is null) as n_unknown_sources
    from looked
    left join source on looked.source_id = source.source_id
),

model as (
    select string_agg(distinct model_version, ', ' order by model_version) as model_version
    from label
),

unplaced as (
    select count(*) as n_unplaced_labels
    from judgement
    where article_id is null
),

final as (
    select
        cast('{{ var("build").built_at }}' as timestamp) as built_at,
        latest.data_up_to,
        date '{{ var("observed_from") }}' as observed_from,
        '{{ var("build").code_version }}' as code_version,
        model.model_version,
        '{{ var("build").codebook_version }}' as codebook_version,
        '{{ var("build").registry_digest }}' as registry_digest,
        '{{ var("build").lake_digest }}' as lake_digest,
        latest.n_unknown_sources,
        unplaced.n_unplaced_labels
    from latest
    cross join model
    cross join unplaced
)

select * from final
