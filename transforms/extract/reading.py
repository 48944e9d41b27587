"""From a page to an article: the rules in their order."""

from dataclasses import replace
from datetime import datetime

from transforms.article import Article, NotAnArticleError
from transforms.extract.authorship import choose_authors
from transforms.extract.body import Body, read_body
from transforms.extract.bylines import bare_credit, is_credit
from transforms.extract.dates import VIETNAM, plausible
from transforms.extract.decoding import decode
from transforms.extract.documents.reading import (
    Document,
    document_of_page,
    extract_document,
    is_document,
    read_document,
)
from transforms.extract.entries import is_entry, read_entry
from transforms.extract.genre import tell_genre
from transforms.extract.headline import choose_title
from transforms.extract.labels import shown_section, shown_tags
from transforms.extract.leads import choose_lead
from transforms.extract.listing import looks_like_listing, presents_others
from transforms.extract.locked import is_locked
from transforms.extract.media import documents_of
from transforms.extract.page import Page
from transforms.extract.platforms import PLATFORMS, Platform, by_day
from transforms.extract.published import Dating, choose_date
from transforms.extract.special import special_section
from transforms.extract.wording import clean, count_syllables, folded

# The shortest news items have some sixty syllables with their lead; pages of navigation have fewer.
MIN_SYLLABLES = 40


def extract_article(
    html: str | bytes,
    url: str,
    *,
    platform: str | None = None,
    fetched_at: datetime | None = None,
    content_type: str = "",
    document: bytes = b"",
) -> Article:
    """Read one page as a careful reader would; no network, no files.

    Rules of the platform come first, then what the page claims in JSON-LD and meta tags, then what it shows, then
    trafilatura for the body and htmldate for the date. Each field carries the rule that set it. An entry of a feed that
    is the piece itself, a video above all, is read as such, and so is a document that was published as a file. Where a
    page shows nothing but such a document, the text is that of the document, and title and date are the page's.

    Args:
        html: The page as received, or as text.
        url: Its address.
        platform: Platform of the site; None, `generic` and unknown names mean no platform rule.
        fetched_at: When it was fetched, aware: nothing is published after that.
        content_type: Content-Type as sent.
        document: The file that the page links in the place of a text (`document_url`), where it was fetched.

    Raises:
        NotAnArticleError: The page holds no article; `reason` says why.
    """
    if (other := _read_other(html, url, fetched_at)) is not None:
        return other
    page = Page(decode(html, content_type), url)
    rules = _rules(page, platform, fetched_at)
    has_body = _has_body(page, rules)
    title, title_rule = choose_title(page, rules)
    if rules and _is_platform_listing(page, rules):
        raise NotAnArticleError("listing_page", "several teasers, no article")
    is_known = has_body and title_rule.startswith("platform:")
    if not is_known and looks_like_listing(page, title):
        raise NotAnArticleError("listing_page", title[:200])
    if not title:
        raise NotAnArticleError("no_title")
    if is_locked(page):
        raise NotAnArticleError("locked", title[:200])
    dating = choose_date(page, rules, fetched_at)
    body = read_body(page, rules, title)
    lead = choose_lead(page, rules, body)
    repeated = {folded(lead.text), *(folded(b.text) for b in lead.blocks)} if lead.text else set()
    lines = [b.text for b in body.blocks if b not in lead.blocks and folded(b.text) not in repeated]
    text = "\n".join(lines)
    syllables = count_syllables(lead.text) + count_syllables(text)
    attachments = body.media.attachments or documents_of(page)
    instead = document_of_page(attachments, syllables)
    told = _told(document if instead else b"", body)
    if told is not None:
        lines = list(told.paragraphs)
        text = "\n".join(lines)
        syllables = count_syllables(lead.text) + count_syllables(text)
        dating = dating if dating.published is not None else _signed(told, dating, fetched_at)
    elif not instead and (dating.published is None or syllables < MIN_SYLLABLES) and presents_others(page):
        raise NotAnArticleError("listing_page", title[:200])
    if syllables < MIN_SYLLABLES and (dating.published is None or not body.media.shows_something):
        raise NotAnArticleError("no_text", title[:200], document=instead)
    if dating.published is None:
        raise NotAnArticleError("no_date", title[:200])
    section, section_rule = _section(page, rules)
    authors, author_rule = choose_authors(page, rules, body, section)
    tags, tags_rule = _tags(page, rules)
    return Article(
        url=url,
        title=title,
        lead=lead.text,
        text=text,
        published_at=dating.published,
        date_rule=dating.rule,
        modified_at=dating.modified,
        authors=authors,
        title_rule=title_rule,
        author_rule=author_rule,
        section=section,
        tags=tags,
        genre=told.genre if told else _genre(title, lead.text, lines, section, tags, syllables, body),
        images=body.media.images,
        has_video=body.media.has_video,
        video_count=body.media.video_count,
        special_section=special_section(
            section=section,
            breadcrumb=page.claims.breadcrumb,
            tags=tags,
            lines=(title, lead.text, *lines),
            url=page.url,
        ),
        attachments=attachments,
        canonical_url=page.claims.canonical_url,
        credit=_credit(page, rules, body),
        lead_rule=lead.rule,
        text_rule=f"document:{told.rule}" if told else body.rule if text else "",
        captions=body.captions,
        modified_rule=dating.modified_rule,
        section_rule=section_rule,
        tags_rule=tags_rule,
        document_url=instead,
        document_number=told.heading.number if told else "",
        issuer=told.heading.issuer if told else "",
    )


def document_instead(
    html: str | bytes,
    url: str,
    *,
    platform: str | None = None,
    fetched_at: datetime | None = None,
    content_type: str = "",
) -> str:
    """Address of the document in which the text of a page stands; empty for pages that have a text, and for others.

    Args: as `extract_article` has them.
    """
    try:
        article = extract_article(html, url, platform=platform, fetched_at=fetched_at, content_type=content_type)
    except NotAnArticleError as refusal:
        return refusal.document
    return article.document_url


def _read_other(html: str | bytes, url: str, fetched_at: datetime | None) -> Article | None:
    """What is no page and a piece all the same; None for pages."""
    if is_entry(html):
        return read_entry(html, url, fetched_at=fetched_at)
    return extract_document(html, url, fetched_at=fetched_at) if is_document(html) else None


def _told(document: bytes, body: Body) -> Document | None:
    """The document, where there is one; None also where it cannot be read and the page shows something else.

    Raises:
        NotAnArticleError: It cannot be read, and the page shows nothing else.
    """
    try:
        return read_document(document) if document else None
    except NotAnArticleError:
        if body.media.shows_something:
            return None
        raise


def _signed(document: Document, dating: Dating, fetched_at: datetime | None) -> Dating:
    signed_at = document.heading.signed_at
    if signed_at is None or not plausible(signed_at, fetched_at):
        return dating
    return replace(dating, published=signed_at, rule="document:place_line")


def _rules(page: Page, platform: str | None, fetched_at: datetime | None) -> Platform | None:
    """The version of the platform's rules that the page was built by: of its day, else one that finds a text."""
    day = fetched_at.astimezone(VIETNAM).date() if fetched_at else None
    versions = by_day(PLATFORMS.get(platform or "", ()), day)
    return next((v for v in versions if page.select_each(v.body)), versions[0] if versions else None)


def _has_body(page: Page, rules: Platform | None) -> bool:
    """Whether a rule of the platform says where the text stands; other pages must not be too large.

    Raises:
        NotAnArticleError: `unreadable`.
    """
    if rules and page.select_each(rules.body):
        return True
    page.require_common_size()
    return False


def _is_platform_listing(page: Page, rules: Platform) -> bool:
    """Several bodies and no headline of the platform: teasers of a section page."""
    return not page.select(rules.title) and len(page.select(rules.body)) > 1


def _section(page: Page, rules: Platform | None) -> tuple[str, str]:
    for element in page.select_each(rules.section) if rules else ():
        if rules and (text := clean(element.text_content())):
            return text, f"platform:{rules.name}"
    if page.claims.section:
        return page.claims.section, page.claims.section_rule
    crumbs = [c for c in page.claims.breadcrumb if c]
    # The first crumb is the home page; the last may be the article itself.
    inner = [c for c in crumbs[1:] if page.anchor is None or folded(c) != folded(page.anchor.text)]
    return (inner[-1], "jsonld:breadcrumb") if inner else shown_section(page)


def _tags(page: Page, rules: Platform | None) -> tuple[tuple[str, ...], str]:
    if rules:
        shown = tuple(
            dict.fromkeys(t for e in page.select_each(rules.tags) if (t := clean(e.text_content()).strip(" #,;")))
        )
        if shown:
            return shown, f"platform:{rules.name}"
    shown = () if page.claims.tags else shown_tags(page)
    return (shown, "visible") if shown else (page.claims.tags, page.claims.tags_rule)


def _credit(page: Page, rules: Platform | None, body: Body) -> str:
    shown = (clean(e.text_content()) for e in page.select_each(rules.credit)) if rules else ()
    return next((bare_credit(text) for text in shown if is_credit(text)), body.credit)


def _genre(
    title: str, lead: str, lines: list[str], section: str, tags: tuple[str, ...], syllables: int, body: Body
) -> str:
    return tell_genre(
        title=title,
        lead=lead,
        lines=lines,
        section=section,
        tags=tags,
        syllables=syllables,
        images=len(body.media.images),
        videos=body.media.video_count,
        attachments=len(body.media.attachments),
    )
