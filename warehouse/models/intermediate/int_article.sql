-- One row per article: its counting address, and the date from the address that states it best.
with

address as (
    select * from {{ ref('int_address') }}
),

source as (
    select * from {{ ref('int_source') }}
),

read_article as (
    select * from {{ ref('stg_lake__article') }}
),

counted as (
    select
        address.*,
        source.valid_from,
        source.valid_to
    from address
    inner join source on address.source_id = source.source_id
    where address.is_counted
),

-- A platform's own rule knows the page; JSON-LD and meta elements are written by machines; htmldate guesses.
dated as (
    select
        counted.article_id,
        row(
            case
                when address.date_rule like 'platform:%' then 1
                when address.date_rule like 'jsonld%' then 2
                when address.date_rule like 'meta%' then 3
                when address.date_rule like 'htmldate%' then 5
                else 4
            end,
            address.published_at,
            address.source_id != counted.source_id or address.url_key != counted.url_key,
            address.date_rule
        ) as preference,
        address.published_at,
        address.date_rule
    from counted
    inner join address on counted.article_id = address.article_id
    -- The chosen date may not lie outside the life of the source that counts the article.
    where
        address.published_day >= coalesce(counted.valid_from, address.published_day)
        and address.published_day <= coalesce(counted.valid_to, address.published_day)
),

best_date as (
    select
        article_id,
        arg_min(published_at, preference) as published_at,
        arg_min(date_rule, preference) as date_rule
    from dated
    group by article_id
),

addresses as (
    select
        article_id,
        count(*) as n_addresses,
        min(first_seen_at) as first_seen_at,
        max(last_confirmed_at) as last_confirmed_at,
        -- It has vanished when it stands nowhere any more.
        case when count(vanished_at) = count(*) then max(vanished_at) end as vanished_at
    from address
    where article_id is not null
    group by article_id
),

final as (
    select
        counted.article_id,
        counted.url,
        counted.url_key,
        counted.source_id,
        read_article.agency_id,
        read_article.title,
        read_article.lead,
        read_article.text,
        best_date.published_at,
        {{ local_day('best_date.published_at') }} as published_day,
        best_date.date_rule,
        read_article.modified_at,
        read_article.authors,
        read_article.title_rule,
        read_article.lead_rule,
        read_article.text_rule,
        read_article.author_rule,
        read_article.section,
        read_article.tags,
        read_article.genre,
        read_article.word_count,
        read_article.image_count,
        read_article.has_video,
        read_article.video_count,
        read_article.special_section,
        read_article.attachments,
        read_article.document_url,
        read_article.document_capture_id,
        read_article.document_number,
        read_article.issuer,
        read_article.credit,
        addresses.first_seen_at,
        addresses.last_confirmed_at,
        addresses.vanished_at,
        addresses.n_addresses,
        counted.fetched_at,
        counted.capture_id
    from counted
    inner join read_article on counted.source_id = read_article.source_id and counted.capture_id = read_article.capture_id
    inner join best_date on counted.article_id = best_date.article_id
    inner join addresses on counted.article_id = addresses.article_id
    qualify row_number() over (partition by counted.article_id order by read_article.url_key) = 1
)

select * from final
