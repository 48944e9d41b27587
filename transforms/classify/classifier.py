"""Rules that say whether an article is about the Đề án, about its work, or about neither."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from spacy.vocab import Vocab

from transforms.article import Article
from transforms.classify import agencies, geography, programme, scoring
from transforms.classify.features import Seen, counts_of_words
from transforms.classify.labels import Labels, NamedAgency, Relevance, Span
from transforms.classify.lexicon import Lexicon, variants
from transforms.classify.matching import Hit, PhraseFinder
from transforms.classify.model import SEEN, SUBJECT, LinearTextcat, Model, default_model
from transforms.classify.normalising import normalised
from transforms.classify.reading import STOP, Reading, read, split, words_of
from transforms.classify.vocabulary import Cues, Vocabulary, load_vocabulary

# Rules and vocabulary; the version of the trained model stands beside it on every label.
RULES_VERSION = "rules-2"

# A soft score of one half is the border between implicit and none.
IMPLICIT_FROM = 0.5
# From here the subject is the programme's, so that a bare number in the article is that of its document.
CONTEXT_FROM = 0.3
MOST_THEMES = 3
DIGEST_SCORE = 0.03
# A list of headlines: at least so many lines, nearly all of them short and without a full stop, few on the subject.
DIGEST_LINES, DIGEST_LINE_SYLLABLES, DIGEST_SHORT_SHARE, DIGEST_SUBJECT_SHARE = 5, 25, 0.8, 0.4
# Enough to show a reader why; a long report repeats itself.
MOST_EVIDENCE = 40

_LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Looked:
    """What the words of an article show.

    Attributes:
        reading: Its syllables.
        found: Hits by kind.
        day: Local day of publication.
        setting: Where it plays.
        seen: What the model is given.
    """

    reading: Reading
    found: dict[str, list[Hit]]
    day: date | None
    setting: geography.Setting
    seen: Seen


class Classifier:
    """Rules and model with a lexicon; loading takes about a second, classifying a millisecond."""

    def __init__(
        self, lexicon: Lexicon | None = None, vocabulary: Vocabulary | None = None, model: Model | None = None
    ) -> None:
        """Build the matchers.

        Args:
            lexicon: Agencies and places of the registry; without it no agencies are named and the places are those of
                the vocabulary.
            vocabulary: The words; the file beside this module when None.
            model: The trained part; the file beside this module when None.

        Raises:
            VocabularyError: The file beside this module is broken.
        """
        self._lexicon = lexicon or Lexicon()
        self._words = vocabulary or load_vocabulary()
        self._given_model = model
        self._vocab = Vocab()
        self._finder = PhraseFinder(self._vocab)
        self._lower_levels = frozenset(words_of(w)[0] for w in self._words.lower_levels)
        self._persons = {words_of(w)[0]: w[0].isupper() for w in self._words.person_words}
        self._add_programme()
        self._add_subject()
        self._add_names(self._add_places())

    @cached_property
    def _textcat(self) -> LinearTextcat:
        # Not before it is asked: training looks at articles while there is no model yet.
        return LinearTextcat(self._given_model or default_model())

    @property
    def version(self) -> str:
        """Rules and model, as every label names them."""
        return f"{RULES_VERSION}+{self._textcat.model.version}"

    def classify(self, article: Article, *, agency_id: str | None = None) -> Labels:
        """Label one article.

        Args:
            article: As it was read from a page; offsets in the labels refer to its fields.
            agency_id: Agency of the province on whose site it stands; None when unknown.
        """
        looked = self.look(article, own_site=agency_id is not None)
        reading, found, subject = looked.reading, looked.found, looked.found.get("subject", [])
        reading.doc.user_data[SEEN] = looked.seen
        model = self._textcat.model
        sure = self._textcat(reading.doc).cats
        relevant = model.calibrated(sure[SUBJECT] * looked.setting.local)
        mentions = self.mentions(looked, context=sure[SUBJECT] >= CONTEXT_FROM)
        digest = _digest(reading, article.text, found)
        relevance, scores = _decide(mentions, relevant, model.unnamed, digest=bool(digest))
        cues = [hit for theme in self._words.themes for hit in found.get(f"theme:{theme}", [])]
        return Labels(
            relevance=relevance,
            score=round(scores["explicit"] + scores["implicit"], 4),
            scores={name: round(score, 4) for name, score in scores.items()},
            themes=_themes(sure, model.theme_from) if relevance != "none" else (),
            agencies=self._agencies(article, reading, found.get("agency", []), looked.setting, looked.day, agency_id),
            places=tuple(
                dict.fromkeys(
                    p.what
                    for p in looked.setting.hits
                    if p.tier != geography.MARK and p.what not in (geography.UNLISTED, geography.NAMESAKE)
                )
            ),
            evidence=_evidence(reading, relevance, mentions, subject, cues, looked.setting.hits, found, digest),
        )

    def mentions(self, looked: "Looked", *, context: bool) -> list[programme.Mention]:
        """Where an article names Hải Dương's programme.

        Args:
            looked: What `look` saw of the article.
            context: Whether its subject is the programme's; then a bare number is that of the programme's document.
        """
        return programme.mentions(
            looked.reading,
            looked.found.get("programme", []),
            looked.setting.hits,
            looked.found.get("excluded", []),
            self._words.documents,
            local=looked.setting.local,
            context=context or bool(looked.found.get("context")),
        )

    def look(self, article: Article, *, own_site: bool) -> "Looked":
        """What the words of an article show before anything is decided; training looks at articles in the same way.

        Args:
            article: As it was read from a page.
            own_site: Whether it stands on the site of an agency of the province.
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
        zones = scoring.Zones(reading)
        syllables, n_title = normalised(reading, found | {"place": places})
        rule = scoring.subject_odds(
            zones, found.get("subject", []), found.get("rival", []), found.get("other_programme", [])
        )
        return Looked(
            reading=reading,
            found=found,
            day=day,
            setting=geography.locate(reading, places, found.get("national", []), own_site=own_site),
            seen=Seen(syllables, n_title, counts_of_words(found, zones), rule),
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
                f"{cited.kind} {cited.number}",
                f"{cited.kind} số {cited.number}",
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


def _decide(
    mentions: Sequence[programme.Mention], relevant: float, unnamed: float, *, digest: bool
) -> tuple[Relevance, dict[Relevance, float]]:
    """(label, how sure each label is)."""
    if digest:
        relevance: Relevance = "none"
        explicit, relevant = 0.0, DIGEST_SCORE
    elif mentions:
        relevance, explicit = "explicit", max(m.sure for m in mentions)
        relevant = explicit + (1 - explicit) * relevant
    else:
        relevance, explicit = ("implicit" if relevant >= IMPLICIT_FROM else "none"), unnamed * relevant
    return relevance, {"explicit": explicit, "implicit": relevant - explicit, "none": 1 - relevant}


def _themes(sure: Mapping[str, float], least: float) -> tuple[str, ...]:
    """Content lines that a relevant article serves, surest first, at least one."""
    ranked = sorted((theme for theme in sure if theme != SUBJECT), key=lambda t: (-sure[t], t))
    return tuple([ranked[0], *(t for t in ranked[1:] if sure[t] >= least)][:MOST_THEMES])


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
