"""Puts a piece together from the written material."""

import random
import re
import unicodedata
from collections.abc import Iterable, Sequence

from demo.writing.cast import Cast
from demo.writing.frames import choose, fill
from demo.writing.material import Stock, Subject, pools, stock, thesaurus
from demo.writing.piece import Brief, Piece

# Syllables of a whole piece, by form: captions are short, features long.
_LENGTH = {"anh": (132, 160), "video": (132, 165), "tin": (150, 205), "bai": (205, 280), "phong_su": (225, 300)}
_LENGTH_OTHER = (150, 215)
# Sentences per paragraph: what each register allows itself.
_PARAGRAPH = {"bao": (1, 3), "cong": (2, 3), "nganh": (1, 3), "truong": (1, 2), "huyen": (1, 3), "dai": (1, 2)}
_PARAGRAPHS = (5, 10)
# Share of interchangeable words that are interchanged; half keeps both wordings equally common.
_VARY = 0.5
_STRAIGHT_QUOTES = frozenset({"dai", "huyen"})
_NAMED_LATE = frozenset({"mention_late", "only_number"})
_ORDINARY = ("ordinary_life", "ordinary_economy", "ordinary_state")
_LONGEST = 400
# "Trưởng thôn {village}" and "hằng ngày {day}" meet a word that the slot brings along.
_TWICE = re.compile(r"\b(thôn|anh|chị|ông|bà|ngày|công ty) \1\b", re.IGNORECASE)


def compose(brief: Brief, rng: random.Random) -> Piece:
    """Write one piece to order.

    Args:
        brief: Labels, register and form.
        rng: Where chance comes from; the same state gives the same piece.

    Returns:
        The piece, NFC throughout.
    """
    writer = _Writer(brief, rng)
    if brief.trap == "digest":
        return writer.digest()
    if brief.relevance != "none" and brief.genre == "phong_van":
        return writer.interview()
    if brief.relevance != "none" and brief.genre == "van_ban":
        return writer.letter()
    return writer.report()


def _syllables(texts: Iterable[str]) -> int:
    return sum(len(text.split()) for text in texts)


class _Writer:
    def __init__(self, brief: Brief, rng: random.Random) -> None:
        self._brief = brief
        self._rng = rng
        self._cast = Cast(brief, rng)
        self._own = brief.relevance == "explicit" and brief.trap not in _NAMED_LATE and rng.random() < 0.45
        self._stock = self._pick_stock()
        self._subject = self._pick_subject(stock("explicit") if self._own else self._stock)

    def _pick_stock(self) -> Stock:
        if self._brief.relevance != "none":
            return stock(self._brief.themes[0])
        if self._brief.trap in {"", "ordinary", "digest"}:
            names = ("procuracy",) if self._brief.style == "nganh" and self._rng.random() < 0.75 else _ORDINARY
            return stock(self._rng.choice(names))
        return stock(self._brief.trap)

    def _pick_subject(self, source: Stock) -> Subject:
        def fits(subject: Subject, strict: bool) -> bool:
            if subject.genres and self._brief.genre not in subject.genres:
                return False
            if subject.styles and self._brief.style not in subject.styles:
                return False
            return not (strict and subject.months and self._brief.day.month not in subject.months)

        for strict in (True, False):
            found = [subject for subject in source.subjects if fits(subject, strict)]
            if found:
                return self._rng.choice(found)
        return self._rng.choice(source.subjects)

    # -- words ---------------------------------------------------------------------------------------------------------

    def _write(self, frame: str) -> str:
        text = thesaurus().vary(choose(frame, self._rng), self._rng, _VARY)
        return fill(text, self._cast.value)

    def _one(self, frames: Sequence[str]) -> str:
        return self._write(self._rng.choice(frames))

    def _heading(self, subject: Subject) -> tuple[str, str]:
        """A headline and the lead it belongs to; a number in both is the same number."""
        chosen = self._rng.randrange(len(subject.leads))
        titles = [frame for leads, frame in subject.titles if not leads or chosen in leads]
        with self._cast.promising():
            title = self._one(titles)
        return title, self._write(subject.leads[chosen])

    def _mixed(self, frames: Sequence[str], most: int | None = None) -> list[str]:
        return self._rng.sample(frames, min(len(frames), len(frames) if most is None else most))

    # -- forms ---------------------------------------------------------------------------------------------------------

    def report(self) -> Piece:
        """News prose: lead, opening, a body drawn without replacement, an end."""
        title, lead = self._heading(self._subject)
        rng, mentions = self._rng, pools("mentions")
        opening = [self._write(frame) for frame in self._mixed(self._subject.opening, rng.choice((0, 0, 1)))]
        if self._brief.relevance == "explicit" and not self._own and self._brief.trap not in _NAMED_LATE:
            opening.insert(rng.randrange(len(opening) + 1), self._one(mentions["early"]))
        if self._brief.trap == "only_number":
            opening.append(self._one(mentions["number"]))
        ending = self._ending()
        low, high = _LENGTH.get(self._brief.genre, _LENGTH_OTHER)
        if self._brief.relevance == "explicit":
            # The name alone is thirty syllables; a longer piece keeps it from making up the text.
            low, high = low + 100, min(high + 100, _LONGEST - 25)
        target = rng.randint(low, high)
        middle: list[str] = []
        for frame in self._deck():
            written = [*opening, *middle, *ending]
            if len(written) >= _PARAGRAPHS[0] and _syllables((title, lead, *written)) >= target:
                break
            middle.append(self._write(frame))
        last = [self._one(mentions["late"])] if self._brief.trap == "mention_late" else []
        paragraphs = [*self._grouped([*opening, *middle, *ending]), *last]
        return self._piece(title, lead, paragraphs)

    def _deck(self) -> list[str]:
        """The frames of the body in the order they are to be used."""
        subject, rng = self._subject, self._rng
        main = [*subject.body, *self._mixed(subject.voices, rng.choice((0, 1, 1, 2)))]
        if self._own:
            main += self._mixed(self._stock.extra, 3)
        rng.shuffle(main)
        extra = self._mixed(self._stock.extra, rng.choice((1, 2, 2, 3)))
        if self._brief.relevance == "explicit" and not self._own and self._brief.trap not in _NAMED_LATE:
            main.insert(rng.randrange(3, 6), rng.choice(pools("mentions")["again"]))
        for theme in self._brief.themes[1:]:
            extra += self._mixed(stock(theme).extra, 2)
        for position, frame in enumerate(extra):
            main.insert(min(len(main), 2 + 2 * position + rng.randrange(2)), frame)
        return main

    def _ending(self) -> list[str]:
        ending = []
        if self._brief.relevance != "none" and self._rng.random() < 0.5:
            ending.append(self._one(pools("registers")[self._brief.style]))
        if self._subject.closing and self._rng.random() < 0.3:
            ending.append(self._one(self._subject.closing))
        return ending

    def interview(self) -> Piece:
        """Questions of a reporter and the answers of an official."""
        rng, letters = self._rng, pools("forms")
        title, lead = self._one(letters["interview_title"]), self._one(letters["interview_lead"])
        pairs = [pair for theme in self._brief.themes for pair in stock(theme).interview]
        paragraphs, support = self._mention_first(), self._mixed(self._stock.extra)
        for question, answer in rng.sample(pairs, rng.choice((3, 4, 4))):
            answers = [answer, support.pop()] if rng.random() < 0.6 else [answer]
            paragraphs += [f"Phóng viên: {self._write(question)}", " ".join(map(self._write, answers))]
        paragraphs.append(self._one(letters["interview_end"]))
        return self._piece(title, lead, self._mention_last(paragraphs))

    def letter(self) -> Piece:
        """An official letter with numbered points."""
        letters = pools("forms")
        title, lead = self._one(letters["letter_title"]), self._one(letters["letter_lead"])
        paragraphs = [*self._mention_first(), self._one(letters["letter_intro"])]
        tasks = [task for theme in self._brief.themes for task in stock(theme).tasks]
        for number, task in enumerate(self._mixed(tasks, self._rng.choice((4, 5, 5, 6))), start=1):
            paragraphs.append(f"{number}. {self._write(task)}")
        paragraphs.append(self._one(letters["letter_end"]))
        return self._piece(title, lead, self._mention_last(paragraphs))

    def _mention_first(self) -> list[str]:
        if self._brief.relevance != "explicit" or self._brief.trap == "mention_late":
            return []
        return [self._one(pools("mentions")["number" if self._brief.trap == "only_number" else "early"])]

    def _mention_last(self, paragraphs: list[str]) -> list[str]:
        late = [self._one(pools("mentions")["late"])] if self._brief.trap == "mention_late" else []
        return [*paragraphs, *late]

    def digest(self) -> Piece:
        """What tomorrow's paper brings: headlines of many subjects, one of them ours."""
        rng, forms = self._rng, pools("forms")
        themes = ("c1_awareness", "c4_enterprise", "c5_training_offer", "c6_models")
        subjects = [subject for name in _ORDINARY for subject in stock(name).subjects]
        subjects = [*rng.sample(subjects, 6), rng.choice(stock(rng.choice(themes)).subjects)]
        rng.shuffle(subjects)
        title, lead = self._one(forms["digest_title"]), self._one(forms["digest_lead"])
        paragraphs = []
        for subject in subjects:
            self._cast = Cast(self._brief, rng)
            headline, _ = self._heading(subject)
            paragraphs.append(self._write(rng.choice(forms["digest_item"])).replace("@", headline))
        paragraphs.append(self._one(forms["digest_end"]))
        return self._piece(title, lead, paragraphs)

    # -- whole ---------------------------------------------------------------------------------------------------------

    def _grouped(self, sentences: list[str]) -> list[str]:
        least, most = _PARAGRAPHS
        sizes: list[int] = []
        while sum(sizes) < len(sentences):
            sizes.append(min(self._rng.randint(*_PARAGRAPH[self._brief.style]), len(sentences) - sum(sizes)))
        while len(sizes) > most:
            sizes[-2:] = [sizes[-2] + sizes[-1]]
        while len(sizes) < least and max(sizes) > 1:
            sizes.remove(largest := max(sizes))
            sizes += [largest - 1, 1]
        paragraphs, at = [], 0
        for size in sizes:
            paragraphs.append(" ".join(sentences[at : at + size]))
            at += size
        return paragraphs

    def _piece(self, title: str, lead: str, paragraphs: Sequence[str]) -> Piece:
        def finish(text: str) -> str:
            text = _TWICE.sub(r"\1", unicodedata.normalize("NFC", text))
            if self._brief.style in _STRAIGHT_QUOTES and self._brief.trap != "quotes_nfd":
                text = re.sub("[“”]", '"', text)
            return text

        authors = pools("authors")[self._brief.style]
        return Piece(
            title=finish(title).rstrip("."),
            lead=finish(lead),
            paragraphs=tuple(finish(paragraph) for paragraph in paragraphs),
            author=self._write(self._rng.choice(authors)).removeprefix("-"),
            tags=tuple(sorted(self._write(tag) for tag in self._mixed(self._subject.tags, 3))),
            section=self._rng.choice(self._subject.section),
        )
