"""Tell why an article is labelled as it is: the decision, how sure it is, and the words that decided."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from theodoi import lake
from theodoi.errors import TheodoiError
from theodoi.registry import Registry
from theodoi.settings import Settings
from theodoi.steps.labelling import article_of, lexicon_of
from theodoi.steps.models import model_in_use, vocabulary_in_use
from transforms.article import Article, NotAnArticleError
from transforms.classify import Classifier, Labels, Span
from transforms.extract import extract_article

RELEVANCE = {"explicit": "nêu tên Đề án", "implicit": "cùng nội dung, không nêu tên", "none": "không liên quan"}
KINDS = {
    "programme": "tên Đề án",
    "document": "văn bản của Đề án",
    "subject": "việc của Đề án",
    "theme": "chủ đề",
    "place": "địa danh",
    "rival": "việc khác",
    "other_programme": "chương trình khác",
    "digest": "bản điểm tin",
}
ROLES = {"own_site": "trang của cơ quan", "title": "nêu ở tít", "lead": "nêu ở sa-pô", "text": "nêu trong bài"}
FIELDS = {"title": "tít", "lead": "sa-pô", "text": "bài"}
# Characters shown on either side of the words that decided.
_AROUND = 40


@dataclass(frozen=True)
class Explanation:
    """An article with its labels.

    Attributes:
        article: As it was read.
        labels: What the classifier says.
        version: Rules and model that said it.
        names: Agency or place id -> name.
    """

    article: Article
    labels: Labels
    version: str
    names: dict[str, str]

    def text(self) -> str:
        """For people, Vietnamese: the decision first, then the words in their sentence."""
        labels = self.labels
        scores = ", ".join(f"{RELEVANCE[name]} {score:.2f}" for name, score in labels.scores.items())
        lines = [
            self.article.title,
            f"→ {RELEVANCE[labels.relevance].upper()} ({scores})",
            f"  chủ đề: {', '.join(labels.themes) or '—'}",
        ]
        lines += [f"  cơ quan: {self.names.get(a.agency_id, a.agency_id)} ({ROLES[a.role]})" for a in labels.agencies]
        if places := [self.names.get(p, p) for p in labels.places]:
            lines.append(f"  địa danh: {', '.join(places)}")
        lines.append("Vì:" if labels.evidence else "Không có từ nào nói đến việc của Đề án.")
        lines += [f"  {KINDS[s.kind]:<20} {FIELDS[s.field]:<6} {self._quote(s)}" for s in labels.evidence]
        return "\n".join([*lines, f"Mô hình: {self.version}"])

    def _quote(self, span: Span) -> str:
        whole: str = getattr(self.article, span.field)
        before = whole[max(0, span.start - _AROUND) : span.start]
        after = whole[span.end : span.end + _AROUND]
        quote = f"{'…' if span.start > _AROUND else ''}{before}«{whole[span.start : span.end]}»{after}"
        return " ".join(quote.split()) + ("…" if span.end + _AROUND < len(whole) else "")


def explain(settings: Settings, registry: Registry, what: str) -> Explanation:
    """Label one article and tell why.

    Args:
        settings: Where lake and model are.
        registry: Whose agencies and places are known by name.
        what: Address of an article of the lake, or a file: a page, or plain text with the headline in its first line.

    Raises:
        TheodoiError: The lake does not have the address, or the file holds no article.
    """
    if what.startswith(("http://", "https://")):
        article, agency_id = _of_the_lake(settings, what)
    else:
        article, agency_id = _of_a_file(Path(what)), None
    classifier = Classifier(lexicon_of(registry), vocabulary_in_use(settings), model_in_use(settings))
    names = {a.agency_id: a.name for a in registry.agencies.values()}
    names |= {p.place_id: p.name for p in registry.places.values()}
    return Explanation(article, classifier.classify(article, agency_id=agency_id), classifier.version, names)


def _of_the_lake(settings: Settings, url: str) -> tuple[Article, str]:
    found = None
    for file in lake.files(settings.lake, lake.ARTICLE):
        for row in lake.read([file], lake.ARTICLE).to_pylist():
            if row["url"] == url and (found is None or row["fetched_at"] > found["fetched_at"]):
                found = row
    if found is None:
        raise TheodoiError(f"chưa có bài {url}: chạy `theodoi crawl` và `theodoi process`, hoặc lưu trang thành tệp")
    return article_of(found), found["agency_id"]


def _of_a_file(file: Path) -> Article:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise TheodoiError(f"không đọc được {file}: {error.strerror}") from error
    if file.suffix.lower() in {".txt", ".md"}:
        title, _, text = content.decode("utf-8", "replace").strip().partition("\n")
        return Article(url=file.as_uri() if file.is_absolute() else file.name, title=title, text=text.strip())
    try:
        return extract_article(content, "http://127.0.0.1/", fetched_at=datetime.now(UTC))
    except NotAnArticleError as refusal:
        raise TheodoiError(f"{file} không phải một bài ({refusal.reason})") from refusal
