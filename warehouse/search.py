"""Search that knows no accents, kept inside the published file as macros of plain SQL: it needs no extension."""

import duckdb

# `fold` takes accents off; đ is a letter of its own for Unicode, so it is named. Composed first, so that a text keeps
# its length. `words` leaves letters and digits only, character by character: what it finds stands there in the text.
_FOLDING = (
    "create or replace macro main.fold(written) as replace(lower(strip_accents(nfc_normalize(written))), 'đ', 'd')",
    r"""
    create or replace macro main.words(written) as
        ' ' || regexp_replace(main.fold(written), '[^\p{L}\p{N}]', ' ', 'g') || ' '
    """,
)
# A lambda would take any number of words, but its notation differs between the versions that must read the file.
_SINGLE = 8

FULL_TEXTS = "select article_id, title, lead, text from core.article_text"
PUBLIC_TEXTS = "select article_id, title, lead, null as text from core.article"

_SEARCH = """
create or replace macro main.search(query) as table
with asked as (
    select
        terms,
        ' ' || array_to_string(terms, ' ') || ' ' as phrase,
        lower(nfc_normalize(trim(query, ' "'))) as typed,
        trim(query) like '"%"' as is_phrase
    from (select regexp_extract_all(main.words(query), '[^ ]+') as terms)
    where len(terms) > 0
),

found as (
    select
        article_search.article_id,
        article_search.words,
        asked.*
    from core.article_search
    cross join asked
    where
        {all_words}
        and contains(article_search.words, case when asked.is_phrase then asked.phrase else ' ' end)
),

located as (
    select
        found.*,
        texts.title,
        nfc_normalize(concat_ws(' ', texts.title, texts.lead, texts.text)) as written,
        length(nfc_normalize(texts.title)) as title_length
    from found
    inner join ({texts}) as texts on found.article_id = texts.article_id
),

placed as (
    select
        *,
        position(phrase in words) as phrase_at,
        substr(words, title_length + 2) as body
    from located
),

-- Where the body has the phrase, else its first word, else where it begins.
shown as (
    select
        *,
        title_length + 1 + greatest(1, coalesce(
            nullif(position(phrase in body), 0), nullif(position(' ' || terms[1] || ' ' in body), 0), 1
        ) - 60) as snippet_from
    from placed
)

select
    article.article_id,
    article.url,
    article.title,
    article.published_at,
    article.agency_id,
    agency.name as agency,
    article.relevance,
    case when shown.snippet_from > shown.title_length + 2 then '…' else '' end
    || trim(replace(substr(shown.written, shown.snippet_from, 180), chr(10), ' '))
    || case when length(shown.written) > shown.snippet_from + 179 then '…' else '' end as snippet,
    case when shown.phrase_at > 0 and shown.phrase_at + length(shown.phrase) - 3 <= shown.title_length then 4 else 0 end
    + case when shown.phrase_at > 0 then 2 else 0 end
    + case when contains(lower(shown.written), shown.typed) then 1 else 0 end as rank
from shown
inner join core.article on shown.article_id = article.article_id
left join core.agency on article.agency_id = agency.agency_id
order by rank desc, article.published_at desc, article.article_id
"""
_COMMENTS = """
comment on macro main.fold is 'Chữ thường, không dấu: fold(''Đào tạo'') là dao tao.';
comment on macro main.words is
    'Như fold, chỉ còn chữ và số, có dấu cách ở hai đầu; lời trong core.article_search viết như vậy.';
comment on macro table main.search is
    'Bài có đủ các từ, gõ có dấu hay không; trong ngoặc kép: đúng cụm từ. rank: 4 ở tiêu đề, 2 ở đâu đó, 1 đúng dấu.';
"""


def write_folding(database: duckdb.DuckDBPyConnection) -> None:
    """Put `fold` and `words` into a database, before anything is built with them."""
    for statement in _FOLDING:
        database.execute(statement)


def write_search(database: duckdb.DuckDBPyConnection, texts: str) -> None:
    """Put the table macro `search` into a database that has the folding and `core.article_search`.

    Args:
        database: Open for writing.
        texts: Query that gives `article_id, title, lead, text`: `FULL_TEXTS` or `PUBLIC_TEXTS`.
    """
    single = [f"coalesce(' ' || asked.terms[{n}] || ' ', ' ')" for n in range(1, _SINGLE + 1)]
    # Further words must follow each other: none is left out in silence.
    rest = f"' ' || array_to_string(asked.terms[{_SINGLE + 1}:], ' ') || ' '"
    every = [f"contains(article_search.words, {w})" for w in single]
    every.append(f"(len(asked.terms) <= {_SINGLE} or contains(article_search.words, {rest}))")
    database.execute(_SEARCH.format(texts=texts, all_words="\n        and ".join(every)))
    database.execute(_COMMENTS)
