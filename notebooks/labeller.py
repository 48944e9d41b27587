"""The desk at which a person labels the audit sample: one article after another, by keyboard.

Like all notebooks it knows the published database and nothing else of the house. What is said goes into a csv file that
`theodoi import labels` takes; the file is whole after every label, so one may stop anywhere and go on later.
"""

import csv
import io
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from html import escape
from pathlib import Path
from time import monotonic

import duckdb
import ipywidgets as widgets

RELEVANCE = {"1": "explicit", "2": "implicit", "3": "none"}
MEANING = {
    "explicit": "nêu tên Đề án hoặc văn bản của Đề án",
    "implicit": "việc thuộc Đề án ở Hải Dương, không nêu tên",
    "none": "không liên quan",
}
LETTERS = "abcdefghijkl"
UNDO, SKIP = "-", "+"
# The word that Enter was pressed comes first, what was typed right after it.
_ENTER_LASTS_S = 3.0
LOCAL = timezone(timedelta(hours=7))
# With these a spreadsheet begins a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Article:
    """One article of the queue, as its coder reads it."""

    article_id: str
    queue_no: int
    title: str
    lead: str
    url: str
    published_day: str
    text: str
    text_digest: str


@dataclass(frozen=True)
class Choice:
    """What the keys pressed so far say.

    Attributes:
        relevance: explicit, implicit or none; empty when it is not said yet.
        themes: Theme ids in the order of the registry.
        problem: Why it cannot be saved; empty when it can.
    """

    relevance: str
    themes: tuple[str, ...]
    problem: str


@dataclass
class Desk:
    """Queue, labels and file of one coder.

    Attributes:
        database: The published file.
        month: Month of publication, YYYY-MM.
        coder: Pseudonym.
        file: Where the labels go; labels that stand in it are taken up.
        second: Whether only the articles for a second person are shown.
    """

    database: Path
    month: str
    coder: str
    file: Path
    second: bool = False
    articles: Sequence[Article] = field(init=False)
    themes: Mapping[str, str] = field(init=False)
    labels: dict[str, dict[str, str]] = field(init=False, default_factory=dict)
    place: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if not self.coder:
            raise ValueError("Điền bí danh của bạn vào coder, ví dụ gv1; không dùng tên thật.")
        if not self.database.exists():
            raise ValueError(f"Chưa có {self.database}: sửa đường dẫn database, hoặc chạy `theodoi run` trước.")
        with duckdb.connect(str(self.database), read_only=True) as db:
            self.themes = dict(db.execute("select theme_id, name from core.theme order by theme_id").fetchall())
            ((self._version,),) = db.execute("select codebook_version from meta.build").fetchall()
            found = db.execute(
                """
                select
                    article_id, q.queue_no, coalesce(a.title, ''), coalesce(a.lead, ''), coalesce(a.url, ''),
                    strftime(a.published_day, '%d/%m/%Y'), coalesce(t.text, ''), t.text_digest
                from marts.review_queue q
                inner join core.article a using (article_id) inner join core.article_text t using (article_id)
                where strftime(q.month, '%Y-%m') = $month and q.drawn_at is not null
                    and (q.for_second_coder or not $second)
                order by q.queue_no
                """,
                {"month": self.month, "second": self.second},
            )
            self.articles = [Article(*row) for row in found.fetchall()]
        if not self.articles:
            raise ValueError(
                f"Tháng {self.month} chưa rút mẫu trong bản đã công bố: "
                f"chạy `theodoi labels draw --month {self.month} && theodoi build && theodoi publish`."
            )
        self._load()
        self.place = self._next_open(0)

    @property
    def article(self) -> Article | None:
        """What lies on the desk; None when all is done."""
        return self.articles[self.place] if self.place < len(self.articles) else None

    @property
    def n_done(self) -> int:
        """Articles of this queue that are labelled."""
        return sum(a.article_id in self.labels for a in self.articles)

    def read(self, keys: str) -> Choice:
        """What keys mean: a digit for the relevance, letters for the themes; the last digit counts."""
        digits = [key for key in keys if key in RELEVANCE]
        letters = dict(zip(LETTERS, self.themes, strict=False))
        pressed = keys.lower()
        unknown = [key for key in pressed if key not in RELEVANCE and key not in letters and not key.isspace()]
        # A letter twice takes the theme back.
        themes = tuple(theme for letter, theme in letters.items() if pressed.count(letter) % 2)
        relevance = RELEVANCE[digits[-1]] if digits else ""
        problem = ""
        if unknown:
            problem = f"Phím “{unknown[0]}” không có nghĩa."
        elif not relevance:
            problem = "Chọn mức liên quan: 1, 2 hoặc 3."
        elif relevance == "none" and themes:
            problem = "none thì không gán chủ đề."
        return Choice(relevance, themes, problem)

    def save(self, keys: str, note: str = "") -> str:
        """Label what lies on the desk and take up the next article; return what is wrong, empty when nothing is."""
        choice = self.read(keys)
        article = self.article
        if article is None or choice.problem:
            return choice.problem
        # Taken out first: the file keeps the order in which things were said, which is the order of undoing.
        self.labels.pop(article.article_id, None)
        self.labels[article.article_id] = {
            "STT": str(article.queue_no),
            "Tiêu đề": article.title,
            "Địa chỉ": article.url,
            "Liên quan": choice.relevance,
            **{self._heading(theme): "x" if theme in choice.themes else "" for theme in self.themes},
            "Ghi chú": " ".join(note.split()),
            "Người gán": self.coder,
            "Lúc gán": f"{datetime.now(LOCAL):%Y-%m-%d %H:%M:%S}",
            "Bản sổ mã": self._version,
            "Mã bài": article.article_id,
            "Mã nội dung": article.text_digest,
        }
        self._store()
        self.place = self._next_open(self.place + 1)
        return ""

    def undo(self) -> str:
        """Take the last label back and lay its article on the desk; return what was typed for it, empty for nothing."""
        places = {a.article_id: place for place, a in enumerate(self.articles)}
        for article_id in reversed(self.labels):
            if article_id in places:
                said = self.labels.pop(article_id)
                self._store()
                self.place = places[article_id]
                digit = next(key for key, relevance in RELEVANCE.items() if relevance == said["Liên quan"])
                letters = [k for k, theme in zip(LETTERS, self.themes, strict=False) if said[self._heading(theme)]]
                return "".join([digit, *letters]) + (f"/{said['Ghi chú']}" if said["Ghi chú"] else "")
        return ""

    def skip(self) -> None:
        """Leave the article for later."""
        self.place = self._next_open(self.place + 1)

    def _next_open(self, start: int) -> int:
        """The next article without a label, from a place on and then from the beginning."""
        n = len(self.articles)
        for step in range(n):
            place = (start + step) % n
            if self.articles[place].article_id not in self.labels:
                return place
        return n

    def _heading(self, theme: str) -> str:
        return f"{theme}: {self.themes[theme]}"

    def _load(self) -> None:
        if not self.file.exists():
            return
        text = self.file.read_text(encoding="utf-8-sig")
        for row in csv.DictReader(io.StringIO(text, newline="")):
            said = {h: c[1:] if c.startswith("'") and c[1:].startswith(_FORMULA) else c for h, c in row.items()}
            needed = {"Liên quan", "Ghi chú", "Người gán", "Mã bài", *map(self._heading, self.themes)}
            if not needed <= said.keys() or said["Liên quan"] not in RELEVANCE.values():
                raise ValueError(f"{self.file} không phải tệp của sổ này: chọn tệp khác.")
            if said["Người gán"] != self.coder:
                raise ValueError(f"{self.file} là tệp của {said['Người gán']}: chọn tệp khác.")
            self.labels[said["Mã bài"]] = said

    def _store(self) -> None:
        written = io.StringIO(newline="")
        if self.labels:
            table = csv.DictWriter(written, list(next(iter(self.labels.values()))))
            table.writeheader()
            for said in self.labels.values():
                table.writerow({h: f"'{c}" if c.startswith(_FORMULA) else c for h, c in said.items()})
        self.file.parent.mkdir(parents=True, exist_ok=True)
        aside = self.file.with_name(f".{self.file.name}.tmp")
        with aside.open("w", encoding="utf-8-sig", newline="") as out:
            out.write(written.getvalue())
            out.flush()
            os.fsync(out.fileno())
        aside.replace(self.file)


class Screen:
    """The desk as widgets: one field for keys and note, the article below. Enter saves and goes on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        # The browser sends what was typed when Enter is pressed or the field is left, whole and once. Sent letter by
        # letter, the word that Enter was pressed could overtake the last letters.
        self.keys = widgets.Text(
            placeholder="ví dụ 2ac, hoặc 2ac/ghi chú",
            description="Phím",
            continuous_update=False,
            layout={"width": "40em"},
        )
        self.said = widgets.HTML()
        self.progress = widgets.IntProgress(max=len(desk.articles))
        self.count = widgets.HTML()
        self.page = widgets.HTML()
        self.buttons = {
            "save": widgets.Button(description="Lưu", button_style="primary"),
            "undo": widgets.Button(description="Hoàn tác"),
            "skip": widgets.Button(description="Để sau"),
        }
        self._pending = ""
        self._entered_at = -math.inf
        self.buttons["save"].on_click(lambda _: self._do(self._pending))
        self.buttons["undo"].on_click(lambda _: self._do(UNDO))
        self.buttons["skip"].on_click(lambda _: self._do(SKIP))
        self.keys.on_msg(lambda _, content, __: self._enter(content))
        self.keys.observe(lambda change: self._typed(change["new"]), "value")
        self.box = widgets.VBox(
            [
                widgets.HTML(self._help()),
                widgets.HBox([self.progress, self.count]),
                widgets.HBox([self.keys, *self.buttons.values()]),
                self.said,
                self.page,
            ]
        )
        self._show()

    def _enter(self, content: Mapping[str, object]) -> None:
        if content.get("event") == "submit":
            self._entered_at = monotonic()

    def _typed(self, text: str) -> None:
        """What was typed has come: after Enter it counts, else the field was only left."""
        if not text:
            return
        # Emptied every time: what is typed next is then always news, even the same keys again.
        self.keys.value = ""
        if monotonic() - self._entered_at <= _ENTER_LASTS_S:
            self._entered_at = -math.inf
            self._do(text)
        else:
            self._pending = text
            self.said.value = f"Chưa lưu <b>{escape(text)}</b>: nhấn nút Lưu, hoặc gõ lại rồi Enter."

    def _do(self, text: str) -> None:
        """Carry out what was typed: a label with or without a note, taking back, or leaving for later."""
        self._pending = ""
        keys, _, note = text.strip().partition("/")
        if keys == UNDO:
            before = self.desk.undo()
            told = f"Đã bỏ nhãn <b>{escape(before)}</b>; gõ nhãn mới." if before else "Không có gì để hoàn tác."
        elif keys == SKIP:
            self.desk.skip()
            told = "Để sau."
        else:
            choice = self.desk.read(keys)
            number = self.desk.article.queue_no if self.desk.article else ""
            problem = self.desk.save(keys, note)
            names = escape(" · ".join([choice.relevance, *choice.themes]))
            told = (
                f"<b>{escape(problem)}</b> Bạn đã gõ “{escape(text)}”." if problem else f"Đã lưu bài {number}: {names}."
            )
        self._show()
        self.said.value = told

    def _show(self) -> None:
        article = self.desk.article
        self.progress.value = self.desk.n_done
        self.count.value = f"{self.desk.n_done} / {len(self.desk.articles)} bài"
        if article is None:
            self.page.value = (
                f"<h3>Đã gán xong.</h3><p>Nhập vào hệ thống: <code>theodoi import labels "
                f"{escape(str(self.desk.file.absolute()))}</code></p>"
            )
            return
        # The page is of others: nothing of it is markup, and only a web address becomes a link.
        url = escape(article.url, quote=True)
        is_web = article.url.startswith(("http://", "https://"))
        link = f'<a href="{url}" target="_blank" rel="noreferrer">{url}</a>' if is_web else url
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in article.text.split("\n") if line.strip())
        self.page.value = (
            f"<h3>{article.queue_no}. {escape(article.title)}</h3><p>{article.published_day} · {link}</p>"
            f"<p><b>{escape(article.lead)}</b></p>{paragraphs}"
        )

    def _help(self) -> str:
        relevance = " · ".join(f"<b>{key}</b> {label}: {MEANING[label]}" for key, label in RELEVANCE.items())
        letters = zip(LETTERS, self.desk.themes.values(), strict=False)
        themes = " · ".join(f"<b>{letter}</b> {escape(name)}" for letter, name in letters)
        return (
            f"<p>{relevance}<br>{themes}<br><b>/</b> rồi ghi chú · <b>Enter</b> lưu và sang bài sau · "
            f"<b>{UNDO} Enter</b> hoàn tác · <b>{SKIP} Enter</b> để sau</p>"
        )


def sit_down(database: str, month: str, coder: str, file: str = "", *, second: bool = False) -> Screen:
    """Open the desk of a coder.

    Args:
        database: The published file.
        month: Month of publication, YYYY-MM, drawn before.
        coder: Pseudonym.
        file: Where the labels go; empty for `labelling/<month>-<coder>-notebook.csv` beside the published folder.
        second: Whether only the articles for a second person are shown.

    Raises:
        ValueError: No coder is named, the month is not drawn, or the file is another one's; says so in Vietnamese.
    """
    published = Path(database)
    default = published.absolute().parent.parent / "labelling" / f"{month}-{coder}-notebook.csv"
    return Screen(Desk(published, month, coder, Path(file) if file else default, second))
