"""Speed and false alarms of the classifier: `python -m benchmarks.classification [--corpus FOLDER] [--shown N]`.

Without a corpus the pieces of `tests/eval/pieces` are labelled, made as long as an article is (400 syllables): they are
all near the subject, so they are the slow ones. A corpus is a folder of Vietnamese news that was not written for this
project, one file each: headline, lead and text with empty lines between, perhaps with the syllables of a word joined by
`_`. It is read and not kept. Hardly one of general news is about Hải Dương's programme, so what is called relevant is
printed, to be looked at.
"""

import argparse
import re
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.progress import track

from tests.eval import pieces
from transforms.article import Article
from transforms.classify import Classifier

_SYLLABLES = 400
_ROUNDS = 5
# Spaces that a tokenizer put before signs.
_APART = re.compile(r"\s+([.,;:!?…)”])|([(“])\s+")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="folder of general news")
    parser.add_argument("--shown", type=int, default=20, help="how many of the articles called relevant are printed")
    options = parser.parse_args()
    began = time.process_time()
    classifier = Classifier(pieces.seeds_lexicon())
    articles = [_as_long_as_an_article(p.article) for p in pieces.load()]
    classifier.classify(articles[0])
    print(f"loading, from the registry's files to the first label: {time.process_time() - began:.2f} s")
    _print_speed("pieces near the subject", classifier, articles)
    if options.corpus:
        files = sorted(p for p in options.corpus.rglob("*") if p.is_file())
        if not files:
            sys.exit(f"{options.corpus} holds no files")
        _print_speed("general news", classifier, [_article(f) for f in files[:500]])
        _print_false_alarms(classifier, files, options.shown)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MB")


def _print_speed(name: str, classifier: Classifier, articles: Sequence[Article]) -> None:
    rates = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        for article in articles:
            classifier.classify(article)
        rates.append(len(articles) / (time.process_time() - began))
    length = statistics.mean(len(f"{a.title} {a.lead} {a.text}".split()) for a in articles)
    print(
        f"{name}: {statistics.median(rates):.0f} articles per processor second (best {max(rates):.0f}), "
        f"{length:.0f} syllables each"
    )


def _print_false_alarms(classifier: Classifier, files: Sequence[Path], shown: int) -> None:
    met = {"explicit": 0, "implicit": 0, "none": 0}
    for file in track(files, "general news"):
        article = _article(file)
        labels = classifier.classify(article)
        met[labels.relevance] += 1
        if labels.relevance != "none" and met["explicit"] + met["implicit"] <= shown:
            print(f"  {labels.relevance} {labels.score:.2f} {file.name}: {article.title[:100]}")
    called = met["explicit"] + met["implicit"]
    print(
        f"{len(files)} articles of general news: {met['explicit']} called explicit, {met['implicit']} implicit; "
        f"{10_000 * called / len(files):.1f} in 10,000"
    )


def _article(file: Path) -> Article:
    text = file.read_text(encoding="utf-8", errors="replace").replace("_", " ")
    parts = [_APART.sub(r"\1\2", part.strip()) for part in re.split(r"\n\s*\n", text) if part.strip()]
    parts += [""] * (3 - len(parts))
    return Article(url=file.name, title=parts[0], lead=parts[1], text="\n".join(parts[2:]))


def _as_long_as_an_article(article: Article) -> Article:
    count = len(article.text.split())
    return replace(article, text="\n".join([article.text] * max(1, round(_SYLLABLES / max(1, count)))))


if __name__ == "__main__":
    main()
