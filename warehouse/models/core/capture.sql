with

request as (
    select * from {{ ref('stg_lake__fetch') }}
),

source as (
    select * from {{ ref('int_source') }}
),

final as (
    select
        request.capture_id,
        request.source_id,
        request.url,
        request.url_key,
        request.fetched_at,
        request.outcome,
        request.http_status,
        request.final_url,
        request.content_type,
        request.n_bytes,
        request.payload_digest,
        request.warc_file,
        request.warc_offset,
        request.obtained_from,
        request.obtained_at,
        request.crawl_id
    from request
    inner join source on request.source_id = source.source_id
    where request.capture_id is not null
    -- An archive imported twice names the same captures twice.
    qualify row_number() over (partition by request.capture_id order by request.warc_file, request.warc_offset, request.crawl_id) = 1
)

select * from final
order by fetched_at, capture_id
