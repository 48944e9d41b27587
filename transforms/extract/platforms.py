"""Where the known platforms put what: data, one entry for each version of each.

A page that was fetched years ago, or by an archive, looks as its site did then. When a platform is built anew, its
entry gets `valid_to`, and a second entry with the same name and `valid_from` goes beside it.

Sources: the structure of each platform's pages; the default themes of NukeViet, WordPress and Liferay in their own
source. YouTube has no entry: its videos are entries of a feed, which `entries` reads.
Selectors are tried in order; the first that gives something readable wins.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platform:
    """How one platform builds an article page; the fields from `body` to `drop` hold CSS selectors.

    Attributes:
        name: Name in the registry.
        body: Container of the body.
        title: Headline.
        lead: Opening summary.
        date: Visible line, or an element with `datetime`, that tells the publication.
        author: By-line outside the body.
        credit: Credit line outside the body.
        section: Section.
        tags: One element per tag.
        pictures: Pictures of the piece that stand outside the body.
        drop: What stands in the body and is none of it.
        not_text: Whole lines in the body that are none of it.
        machine_dates: Whether JSON-LD and meta dates can be believed.
        signed_below: Whether the last line of the body names the author, initials too.
        valid_from: First day on which pages looked so; None where it is the first version.
        valid_to: First day on which they did no more; None while they do.
    """

    name: str
    body: tuple[str, ...]
    title: tuple[str, ...] = ("h1",)
    lead: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    not_text: tuple[str, ...] = ()
    machine_dates: bool = True
    signed_below: bool = False
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None

    def is_valid(self, day: datetime.date) -> bool:
        """Whether pages looked so on a day."""
        return (self.valid_from or datetime.date.min) <= day < (self.valid_to or datetime.date.max)


_SUBPORTAL_TITLES = ("h1", "h2.title", ".article-title")


def by_name(entries: Iterable[Platform]) -> dict[str, tuple[Platform, ...]]:
    """Name of a platform -> its versions, the newest first."""
    found: dict[str, list[Platform]] = {}
    for entry in entries:
        found.setdefault(entry.name, []).append(entry)
    return {
        name: tuple(sorted(versions, key=lambda v: v.valid_from or datetime.date.min, reverse=True))
        for name, versions in found.items()
    }


def by_day(versions: tuple[Platform, ...], day: datetime.date | None) -> tuple[Platform, ...]:
    """The versions of a platform in the order in which to try them on a page: those of its day first.

    A cache may show the old look for a while, and sites are not rebuilt in one night; so the others follow.

    Args:
        versions: The newest first.
        day: When the page was fetched; None where that is not known.
    """
    if day is None or len(versions) < 2:
        return versions
    return tuple(sorted(versions, key=lambda version: not version.is_valid(day)))


PLATFORMS = by_name(
    (
        Platform(
            "bhd_legacy",
            title=("h1.title-detail", "h1"),
            lead=("p.sapo", "h2.sapo", "div.sapo"),
            date=("p.date-detail", ".date-detail"),
            body=("div.fck",),
            section=("div.breadcrumb a:last-of-type",),
            tags=("div.tags a",),
            signed_below=True,
        ),
        Platform(
            "onecms",
            title=("h1.sc-longform-header-title.block-sc-title", "h1.c-detail-head__title"),
            lead=("p.sc-longform-header-sapo.block-sc-sapo", ".c-detail-head__sapo"),
            date=("span.sc-longform-header-date.block-sc-publish-time", "span.c-detail-head__time"),
            author=(".sc-longform-header-author", "div.c-author-page"),
            body=("article.entry", "div.c-news-detail div.b-maincontent", "div.entry"),
            section=("a.sc-longform-header-cate", "a.c-detail-head__cat"),
            tags=("div.c-widget-tags.onecms__tags a",),
            drop=(
                "div.c-box",
                "div.sc-longform-header",
                ".sc-empty-layer",
                "div.c-widget-tags",
                "div.c-author-page",
                "div.c-audio",
            ),
        ),
        Platform(
            "tandan_sharepoint",
            title=(".TD-box-news-main h1", "h1", "h2.title"),
            lead=(".tandan-div-module-news-article p.sapo", ".TD-box-news-main .sapo"),
            date=(".TD-news-date",),
            body=("div.tandan-div-module-news-article",),
            drop=("div.tandan-div-module-default-left", "div.tandan-div-module-links-img", ".TD-link-img"),
        ),
        Platform(
            "nukeviet",
            title=("h1.title[itemprop=headline]", "h1.title"),
            lead=("div.hometext",),
            date=(".news_column span.h5",),
            author=("p.h5.text-right",),
            credit=("p.h5.text-right",),
            body=("#news-bodyhtml",),
            pictures=(".news_column .clearfix > figure",),
            tags=(".news_column a[href*='/tag/']",),
            # `published_time` is malformed and the hidden microdata hold the last edit in both fields.
            machine_dates=False,
        ),
        Platform(
            "wordpress",
            title=("h1.entry-title", "h1.wp-block-post-title"),
            date=(
                "time.entry-date.published[datetime]",
                "time.entry-date[datetime]",
                ".wp-block-post-date time[datetime]",
            ),
            author=(
                ".entry-meta .author.vcard",
                ".byline .author",
                ".author.vcard",
                "a[rel~=author]",
                ".wp-block-post-author__name",
            ),
            body=("div.entry-content", "div.wp-block-post-content"),
            section=("a[rel~=category]",),
            tags=("a[rel=tag]",),
            drop=(
                ".sharedaddy",
                ".jp-relatedposts",
                ".post-navigation",
                ".entry-meta",
                ".entry-footer",
                ".yarpp",
                ".author-box",
            ),
        ),
        Platform(
            "haiduong_subportal_v1",
            title=_SUBPORTAL_TITLES,
            lead=(".article-detail .summary", ".article-detail .sapo"),
            date=(".post-date",),
            body=("div.article-detail div.content",),
        ),
        Platform(
            "haiduong_subportal_v2",
            title=_SUBPORTAL_TITLES,
            lead=("p.article-sapo",),
            date=(".article span.date",),
            author=("p.article-author",),
            credit=("p.article-source",),
            body=("div.article-content",),
        ),
        Platform(
            "haiduongtv",
            title=("h1.news-title", "h1"),
            lead=(".news-sapo",),
            date=(".news-date",),
            body=("div.news-content",),
            # The station's own technical unit, no other medium.
            not_text=("Theo TTKTTV",),
            signed_below=True,
        ),
        Platform(
            "liferay",
            # The asset publisher's own template first, then a display page; the headline of the latter is the theme's.
            title=(
                ".asset-full-content h1",
                ".asset-title",
                "h1.component-heading",
                ".header-title",
                ".journal-content-article h1",
            ),
            lead=(
                ".journal-content-article .sapo",
                ".journal-content-article .summary",
                ".asset-full-content .asset-summary",
            ),
            date=(
                ".metadata-publish-date",
                ".asset-full-content .asset-user-info .date-info",
                ".journal-content-article .date",
            ),
            body=(".asset-full-content .journal-content-article", ".journal-content-article"),
            section=(".taglib-asset-categories-summary a",),
            tags=(".taglib-asset-tags-summary a",),
            drop=(
                ".asset-metadata",
                ".asset-actions",
                ".asset-more",
                ".asset-links",
                ".taglib-asset-links",
                ".taglib-asset-tags-summary",
                ".taglib-asset-categories-summary",
                ".taglib-ratings",
                ".taglib-social-bookmarks",
                ".icon-actions",
            ),
            # What Liferay calls the author is the account that posted the piece.
            signed_below=True,
        ),
        Platform(
            "hpg_portal",
            # The id of the date was seen; those of the other parts follow its form, and where they are missing the
            # general rules read the page.
            title=("#divDetail_Title", "h1"),
            lead=("#divDetail_Summary",),
            date=("#divDetail_DateCreate",),
            author=("#divDetail_Author",),
            body=("#divDetail_Content",),
        ),
        Platform(
            "tinhuy_sharepoint",
            # SharePoint keeps the text of a list's rich field in a block whose class ends in an id of its own.
            body=("div[class^=ExternalClass]", "div.ms-rtestate-field"),
            title=("h1", "h2.title"),
            signed_below=True,
        ),
        Platform("hdnd_custom", title=_SUBPORTAL_TITLES, body=("div.article-content", "div.content-detail")),
    )
)
