-- What is known of a source's month: what became of its addresses, which of its days were seen, and what can tell how much was missed.
with

address as (
    select * from {{ ref('int_address') }}
),

article as (
    select * from {{ ref('article') }}
),

source_day as (
    select * from {{ ref('source_day') }}
),

discovery as (
    select * from {{ ref('discovery') }}
),

probe as (
    select * from {{ ref('probe') }}
),

dated as (
    select
        address.source_id,
        address.url_key,
        address.article_id,
        {{ month_of('coalesce(article.published_day, address.ledger_day)') }} as month,
        address.is_counted,
        address.gate
    from address
    left join article on address.is_counted and address.article_id = article.article_id
),

ledger as (
    select
        source_id,
        month,
        count(*) as n_found,
        count(*) filter (where is_counted) as n_kept,
        count(*) filter (where not is_counted) as n_dropped,
        count(*) filter (where gate = 'discover') as n_dropped_discover,
        count(*) filter (where gate = 'fetch') as n_dropped_fetch,
        count(*) filter (where gate = 'extract') as n_dropped_extract,
        count(*) filter (where gate = 'validity') as n_dropped_validity,
        count(*) filter (where gate = 'identity') as n_dropped_identity
    from dated
    group by source_id, month
),

observed as (
    select
        source_id,
        month,
        {{ observed_days() }},
        count(*) filter (where reason = 'never_looked') as n_days_never_looked,
        sum(gap_hours) as gap_hours
    from source_day
    group by source_id, month
),

-- Ids drawn at random, as far as they were answered: a failed request says nothing. Of several probes of a month the latest, which was
-- drawn from the fewest unknown ids.
answered as (
    select
        source_id,
        month,
        crawl_id,
        max(n_unknown) as n_probe_unknown,
        count(distinct id) as n_probe_drawn,
        count(distinct id) filter (where outcome = 'article') as n_probe_found
    from probe
    where outcome in ('article', 'known', 'other', 'no_page')
    group by source_id, month, crawl_id
    qualify row_number() over (partition by source_id, month order by max(probed_at) desc, crawl_id desc) = 1
),

-- What somebody outside named, as far as it is an article, and whether we would have found it without: an article is found at whichever
-- of its addresses a channel lists it.
listed as (
    select distinct
        address.article_id,
        discovery.source_id,
        discovery.url_key,
        discovery.channel
    from discovery
    inner join address on discovery.source_id = address.source_id and discovery.url_key = address.url_key
    where discovery.listed and address.article_id is not null
),

found_by_us as (
    select distinct article_id
    from listed
    where channel not in ('outside', 'archive')
),

outside as (
    select
        dated.source_id,
        dated.month,
        count(*) as n_outside,
        count(found_by_us.article_id) as n_outside_found
    from listed
    inner join dated on listed.source_id = dated.source_id and listed.url_key = dated.url_key
    left join found_by_us on listed.article_id = found_by_us.article_id
    where listed.channel = 'outside'
    group by dated.source_id, dated.month
),

-- Which kinds of channels listed the articles of the month. Sections, calendars and tags are lists of one make.
kind as (
    select distinct
        article.source_id,
        article.published_month as month,
        article.article_id,
        case when listed.channel in ('calendar', 'tag') then 'listing' else listed.channel end as kind
    from article
    inner join listed on article.article_id = listed.article_id and article.source_id = listed.source_id
    where listed.channel in ('sitemap', 'feed', 'listing', 'calendar', 'tag', 'link')
),

article_kinds as (
    select
        source_id,
        month,
        article_id,
        list(kind) as kinds
    from kind
    group by source_id, month, article_id
),

channel as (
    select
        source_id,
        month,
        kind,
        count(*) as n_articles
    from kind
    group by source_id, month, kind
),

largest as (
    select
        source_id,
        month,
        list(kind order by n_articles desc, kind asc)[:2] as channels,
        count(*) as n_kinds
    from channel
    group by source_id, month
),

overlap as (
    select
        article_kinds.source_id,
        article_kinds.month,
        any_value(largest.channels) as channels,
        any_value(largest.n_kinds) as n_kinds,
        count(*) as n_listed,
        count(*) filter (where len(article_kinds.kinds) = 1) as n_listed_once,
        count(*) filter (where len(article_kinds.kinds) = 2) as n_listed_twice,
        count(*) filter (where list_contains(article_kinds.kinds, largest.channels[1])) as n_first_channel,
        count(*) filter (where list_contains(article_kinds.kinds, largest.channels[2])) as n_second_channel,
        count(*) filter (where list_has_all(article_kinds.kinds, largest.channels)) as n_both_channels
    from article_kinds
    inner join largest on article_kinds.source_id = largest.source_id and article_kinds.month = largest.month
    -- One channel alone agrees with nobody.
    where len(largest.channels) = 2
    group by article_kinds.source_id, article_kinds.month
),

joined as (
    select
        coalesce(observed.source_id, ledger.source_id) as source_id,
        coalesce(observed.month, ledger.month) as month,
        observed.* exclude (source_id, month),
        ledger.* exclude (source_id, month)
    from observed
    full outer join ledger on observed.source_id = ledger.source_id and observed.month = ledger.month
),

final as (
    select
        joined.source_id,
        joined.month,
        coalesce(joined.state, 'outside') as state,
        coalesce(joined.n_days, 0) as n_days,
        coalesce(joined.n_days_published, 0) as n_days_published,
        coalesce(joined.n_days_silent, 0) as n_days_silent,
        coalesce(joined.n_days_blind, 0) as n_days_blind,
        coalesce(joined.n_days_never_looked, 0) as n_days_never_looked,
        coalesce(joined.gap_hours, 0) as gap_hours,
        coalesce(joined.n_found, 0) as n_found,
        coalesce(joined.n_kept, 0) as n_kept,
        coalesce(joined.n_dropped, 0) as n_dropped,
        coalesce(joined.n_dropped_discover, 0) as n_dropped_discover,
        coalesce(joined.n_dropped_fetch, 0) as n_dropped_fetch,
        coalesce(joined.n_dropped_extract, 0) as n_dropped_extract,
        coalesce(joined.n_dropped_validity, 0) as n_dropped_validity,
        coalesce(joined.n_dropped_identity, 0) as n_dropped_identity,
        answered.n_probe_unknown,
        answered.n_probe_drawn,
        answered.n_probe_found,
        coalesce(outside.n_outside, 0) as n_outside,
        coalesce(outside.n_outside_found, 0) as n_outside_found,
        overlap.channels,
        overlap.n_kinds,
        overlap.n_listed,
        overlap.n_listed_once,
        overlap.n_listed_twice,
        overlap.n_first_channel,
        overlap.n_second_channel,
        overlap.n_both_channels
    from joined
    left join answered on joined.source_id = answered.source_id and joined.month = answered.month
    left join outside on joined.source_id = outside.source_id and joined.month = outside.month
    left join overlap on joined.source_id = overlap.source_id and joined.month = overlap.month
)

select * from final
