"""Of how many of the programme's themes does an agency speak, and how evenly?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

# With fewer, evenness is decided by single articles.
LEAST_ARTICLES = 5


@dataclass(frozen=True, slots=True)
class Breadth:
    """How broad coverage is.

    Attributes:
        n_themes: Themes with an article at least.
        share: Of all themes of the codebook.
        evenness: Pielou's J over all themes: 1 where each has as many articles, 0 where one has all. None under five
            articles.
    """

    n_themes: int
    share: float
    evenness: float | None


def breadth(articles_by_theme: Sequence[float], n_articles: float) -> Breadth:
    """Breadth and evenness over the themes.

    J = H / ln K with K all themes of the codebook, not those met: agencies are compared, and one that divides its
    articles evenly between two of six themes is not even.

    Args:
        articles_by_theme: One number per theme of the codebook, 0 included; counted or estimated. An article of two
            themes is in both.
        n_articles: Articles in all.

    Raises:
        ValueError: Fewer than two themes, or a negative number.
    """
    if len(articles_by_theme) < 2 or min(articles_by_theme) < 0:
        raise ValueError(f"no numbers of articles by theme: {list(articles_by_theme)}")
    # An estimate under one article does not show that there is any.
    n_themes = sum(n >= 1 for n in articles_by_theme)
    total = sum(articles_by_theme)
    evenness = None
    if n_articles >= LEAST_ARTICLES and total > 0:
        shares = [n / total for n in articles_by_theme if n > 0]
        # Rounding makes 1 + 2e-16 of perfect evenness, and -0.0 of none.
        evenness = min(max(-sum(p * log(p) for p in shares), 0.0) / log(len(articles_by_theme)), 1.0)
    return Breadth(n_themes, n_themes / len(articles_by_theme), evenness)
