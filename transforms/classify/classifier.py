"""Rules that say whether an article is about the Đề án, about its work, or about neither."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from spacy.vocab import Vocab

from transforms.article import Article
from transforms.classify import agencies, geography, programme, scoring
from transforms.classify.labels import Labels, NamedAgency, Relevance, Span
from transforms.classify.lexicon import Lexicon, variants
from transforms.classify.matching import Hit, PhraseFinder
from transforms.classify.reading import STOP, Reading, read, split, words_of
from transforms.classify.vocabulary import Cues, Vocabulary, load_vocabulary

MODEL_VERSION = "rules-1"

# A soft score of one half is the border between implicit and none.
IMPLICIT_FROM = 0.5
DIGEST_SCORE = 0.03
# A list of headlines: at least so many lines, nearly all of them short and without a full stop, few on the subject.
DIGEST_LINES, DIGEST_LINE_SYLLABLES, DIGEST_SHORT_SHARE, DIGEST_SUBJECT_SHARE = 5, 25, 0.8, 0.4
# Enough to show a reader why; a long report repeats itself.
MOST_EVIDENCE = 40

_LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


class Classifier:
    """The rules with a lexicon; loading takes about a second, classifying a millisecond."""

    def __init__(self, lexicon: Lexicon | None = None, vocabulary: Vocabulary | None = None) -> None:
        """Build the matchers.

        Args:
            lexicon: Agencies and places of the registry; without it no agencies are named and the places are those of
                the vocabulary.
            vocabulary: The words; the file beside this module when None.

        Raises:
            VocabularyError: The file beside this module is broken.
        """
        self._lexicon = lexicon or Lexicon()
        self._words = vocabulary or load_vocabulary()
        self._vocab = Vocab()
        self._finder = PhraseFinder(self._vocab)
        self._lower_levels = frozenset(words_of(w)[0] for w in self._words.lower_levels)
        self._persons = {words_of(w)[0]: w[0].isupper() for w in self._words.person_words}
        self._add_programme()
        self._add_subject()
        self._add_names(self._add_places())

    def classify(self, article: Article, *, agency_id: str | None = None) -> Labels:
        """Label one article.

        Args:
            article: As it was read from a page; offsets in the labels refer to its fields.
            agency_id: Agency of the province on whose site it stands; None when unknown.
        """
        reading = read(self._vocab, article)
        found = self._finder.find(reading)
        day = article.published_at.astimezone(_LOCAL_TIME).date() if article.published_at else None
        places = geography.effective(
            reading,
            found.get("place", []),
            day,
            merged_province=self._words.merged_province,
            merged_from=self._words.merged_from,
            persons=self._persons,
        )
        setting = geography.locate(reading, places, found.get("national", []), own_site=agency_id is not None)
        zones = scoring.Zones(reading)
        subject = found.get("subject", [])
        mentions = programme.mentions(
            reading,
            found.get("programme", []),
            places,
            found.get("excluded", []),
            self._words.documents,
            local=setting.local,
            context=bool(found.get("context")),
        )
        about = scoring.subject_probability(zones, subject, found.get("rival", []), _others(found, mentions))
        digest = _digest(reading, article.text, found)
        relevance, score = _decide(mentions, about * setting.local, digest=bool(digest))
        cues = [hit for theme in self._words.themes for hit in found.get(f"theme:{theme}", [])]
        return Labels(
            relevance=relevance,
            score=round(score, 4),
            themes=scoring.themes(zones, cues, subject) if relevance != "none" else (),
            agencies=self._agencies(article, reading, found.get("agency", []), setting, day, agency_id),
            places=tuple(
                dict.fromkeys(p.what for p in places if p.tier != geography.MARK and p.what != geography.UNLISTED)
            ),
            evidence=_evidence(reading, relevance, mentions, subject, cues, places, found, digest),
        )

    def _add_programme(self) -> None:
        words, add = self._words, self._finder.add
        for tier, phrases in (("name", words.names), ("short_name", words.short_names)):
            for phrase in phrases:
                add("programme", phrase, phrase, tier)
        for phrase in words.not_followed_by:
            add("excluded", phrase, phrase)
        for phrase in words.context:
            add("context", phrase, phrase)
        for cited in words.documents:
            sign = f"{cited.kind}-{cited.issuer}"
            for phrase in (
                f"{cited.number}/{sign}",
                f"{cited.number}/{sign.replace('-', ' - ')}",
                f"{cited.number}/{cited.signed.year}/{sign}",
                f"{cited.words} {cited.number}",
                f"{cited.words} số {cited.number}",
                f"{cited.words} {cited.number}/{sign}",
                f"{cited.words} số {cited.number}/{sign}",
            ):
                add("programme", cited.document_id, phrase, "document")

    def _add_subject(self) -> None:
        words, add = self._words, self._finder.add
        self._add_cues("subject", words.subject)
        self._add_cues("theme", words.themes, apart=True)
        for group, phrases in words.rivals.items():
            for phrase in phrases:
                add("rival", phrase, phrase, group)
        for name, phrases in words.other_programmes.items():
            for phrase in phrases:
                add("other_programme", name, phrase)
        for kind, listed in (("digest", words.digests), ("national", words.national)):
            for phrase in listed:
                add(kind, phrase, phrase)

    def _add_cues(self, kind: str, groups: Mapping[str, Cues], *, apart: bool = False) -> None:
        """Words by group; kept `apart`, a word of one group does not hide a shorter one of another."""
        for group, cues in groups.items():
            for tier, phrases in (("strong", cues.strong), ("weak", cues.weak)):
                for phrase in phrases:
                    self._finder.add(f"{kind}:{group}" if apart else kind, f"{group}|{phrase}", phrase, tier)

    def _add_places(self) -> dict[tuple[str, ...], bool]:
        """Add the places and return their folded names: whether each lies in the province."""
        words = self._words
        tiers: dict[str, str] = {}
        names: dict[str, list[str]] = {}
        for tier, places in (
            (geography.LOCAL, words.local_places),
            (geography.OTHER, words.other_places),
            (geography.MERGED, words.merged_other_places),
        ):
            for place, phrases in places.items():
                tiers[place] = tier
                names[place] = list(phrases)
        for known in self._lexicon.places:
            tiers[known.place_id] = geography.LOCAL if known.in_province else geography.OTHER
            names.setdefault(known.place_id, []).extend(known.names)
        folded: dict[tuple[str, ...], bool] = {}
        for place, spellings in names.items():
            for phrase in spellings:
                key = tuple(words_of(phrase))
                if key and key not in folded:
                    folded[key] = tiers[place] == geography.LOCAL
                    self._finder.add("place", place, phrase, tiers[place], _capitalised(phrase))
        for phrase in words.local_marks:
            self._finder.add("place", phrase, phrase, geography.MARK, _capitalised(phrase))
        for phrase in words.not_places:
            self._finder.add("place", phrase, phrase, geography.NO_PLACE, _same_case(phrase))
        return folded

    def _add_names(self, places: Mapping[tuple[str, ...], bool]) -> None:
        local = {name for name, inside in places.items() if inside}
        for agency in self._lexicon.agencies:
            for variant in sorted(variants(agency, local, set(places)), key=lambda v: v.words):
                tier = agencies.TELLING if variant.telling else agencies.BARE
                self._finder.add("agency", agency.agency_id, variant.words, tier, _upper if variant.capitals else None)

    def _agencies(
        self,
        article: Article,
        reading: Reading,
        hits: Sequence[Hit],
        setting: geography.Setting,
        day: date | None,
        agency_id: str | None,
    ) -> tuple[NamedAgency, ...]:
        own = [NamedAgency(agency_id, "own_site", "url", 0, len(article.url))] if agency_id is not None else []
        found = agencies.named(
            reading,
            hits,
            setting.hits,
            self._lexicon,
            day=day,
            local=setting.local,
            lower_levels=self._lower_levels,
        )
        return (*own, *found)


@lru_cache(maxsize=1)
def _default() -> Classifier:
    return Classifier()


def classify(article: Article, *, agency_id: str | None = None) -> Labels:
    """Label one article with the vocabulary alone: no agencies are named but the own site's.

    Args:
        article: As it was read from a page; offsets in the labels refer to its fields.
        agency_id: Agency of the province on whose site it stands; None when unknown.
    """
    return _default().classify(article, agency_id=agency_id)


def _others(found: Mapping[str, Sequence[Hit]], mentions: Sequence[programme.Mention]) -> list[Hit]:
    """Names of other programmes: those of the vocabulary, and a name like the Đề án's that means another one."""
    ours = {m.hit for m in mentions}
    alike = [h for h in found.get("programme", []) if h.tier != "document" and h not in ours]
    return [*found.get("other_programme", []), *alike]


def _decide(mentions: Sequence[programme.Mention], about: float, *, digest: bool) -> tuple[Relevance, float]:
    if digest:
        return "none", DIGEST_SCORE
    if mentions:
        return "explicit", max(m.sure for m in mentions)
    return ("implicit" if about >= IMPLICIT_FROM else "none"), about


def _digest(reading: Reading, text: str, found: Mapping[str, Sequence[Hit]]) -> list[Hit]:
    """What shows that the article only lists headlines: the words its title begins with, or its lines."""
    # A bracketed label may stand before: "[Audio] Đón đọc …".
    opening = [h for h in found.get("digest", []) if h.start <= 1]
    if opening:
        return opening
    lines = [line for line in text.split("\n") if line.strip()]
    short = sum(len(line.split()) <= DIGEST_LINE_SYLLABLES and line.rstrip()[-1] not in ".;:,!?" for line in lines)
    if len(lines) < DIGEST_LINES or short < DIGEST_SHORT_SHARE * len(lines):
        return []
    first, end = reading.bounds["text"]
    telling = [*found.get("programme", []), *(h for h in found.get("subject", []) if h.tier == "strong")]
    on_subject = {text.count("\n", 0, reading.starts[h.start]) for h in telling if first <= h.start < end}
    if len(on_subject) > DIGEST_SUBJECT_SHARE * len(lines):
        return []
    return [Hit("digest", "list of headlines", "", first, end - 1)] if end - 1 > first else []


def _evidence(
    reading: Reading,
    relevance: Relevance,
    mentions: Sequence[programme.Mention],
    subject: Sequence[Hit],
    cues: Sequence[Hit],
    places: Sequence[Hit],
    found: Mapping[str, Sequence[Hit]],
    digest: Sequence[Hit],
) -> tuple[Span, ...]:
    """The words that decided: the first mention of each; of an irrelevant article only when something spoke for it."""
    strong = [h for h in subject if h.tier == "strong"]
    if relevance == "none" and not (strong or found.get("programme")):
        return ()
    chosen: dict[tuple[str, str], Span] = {}

    def add(kind: str, hits: Sequence[Hit]) -> None:
        for hit in hits:
            if len(chosen) < MOST_EVIDENCE:
                what = hit.what.rsplit("|", 1)[0 if kind == "theme" else -1]
                chosen.setdefault((kind, hit.what), reading.span(hit.start, hit.end, kind, what))

    add("digest", digest)
    for mention in mentions:
        add("document" if mention.hit.tier == "document" else "programme", [mention.hit])
    add("other_programme", found.get("other_programme", []))
    add("place", places)
    add("subject", strong)
    if relevance != "none":
        add("theme", [h for h in cues if h.tier == "strong"])
    else:
        add("rival", found.get("rival", []))
    order = {"title": 0, "lead": 1, "text": 2}
    return tuple(sorted(chosen.values(), key=lambda s: (order[s.field], s.start, s.end, s.kind, s.what)))


def _capitalised(phrase: str) -> Callable[[Reading, int, int], bool]:
    """Whether a match has the capitals of the name; others do not matter, for a title may be all in capitals."""
    capitals = [raw[0].isupper() for raw in _raw_words(phrase)]

    def accept(reading: Reading, start: int, end: int) -> bool:
        return all(
            reading.raws[token][0].isupper() or not capital
            for token, capital in zip(range(start, end), capitals, strict=True)
        )

    return accept


def _same_case(phrase: str) -> Callable[[Reading, int, int], bool]:
    """Whether a match has small letters and capitals as written, but for its first, which may open a sentence."""
    capitals = [raw[0].isupper() for raw in _raw_words(phrase)]

    def accept(reading: Reading, start: int, end: int) -> bool:
        return all(
            reading.raws[token][0].isupper() == capital
            for token, capital in zip(range(start + 1, end), capitals[1:], strict=True)
        )

    return accept


def _raw_words(phrase: str) -> list[str]:
    return [raw for word, raw, _ in split(phrase) if word != STOP]


def _upper(reading: Reading, start: int, end: int) -> bool:
    return all(reading.raws[token].isupper() for token in range(start, end))
