"""The life of the model on a lake of a few articles: in use, compared, adopted, explained."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import transforms
from tests.eval import pieces
from theodoi import lake
from theodoi.cli import app
from theodoi.errors import TheodoiError
from theodoi.registry import Registry, load_registry
from theodoi.settings import PROJECT, Settings
from theodoi.steps import models
from theodoi.steps.explain import explain
from theodoi.steps.labelling import label
from theodoi.steps.labels.drawing import draw
from theodoi.steps.process import code_version, reading_version
from transforms.classify import load_vocabulary
from transforms.classify.model import DEFAULT_FILE, load_model

AT = datetime(2024, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(PROJECT / "warehouse" / "seeds")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A lake with the articles of the gate's pieces."""
    settings = Settings(data=tmp_path)
    rows = [
        {
            "capture_id": f"c{n:03}",
            "article_id": f"a{n:03}",
            "source_id": "bao",
            "agency_id": piece.agency_id or "bao_hai_duong",
            "url": piece.article.url,
            "url_key": piece.piece_id,
            "fetched_at": AT,
            "title": piece.article.title,
            "lead": piece.article.lead,
            "text": piece.article.text,
            "published_at": piece.article.published_at,
            "authors": [],
            "tags": [],
        }
        for n, piece in enumerate(pieces.load())
    ]
    lake.write(lake.partition(settings.lake, lake.ARTICLE, "bao", "2024-07"), lake.ARTICLE, rows)
    return settings


@pytest.fixture
def sceptic(tmp_path: Path) -> Path:
    """A model that calls hardly anything relevant."""
    model = load_model()
    file = tmp_path / "sceptic.npz"
    replace(model, version="sceptic", calibration=(model.calibration[0], -20.0)).save(file)
    return file


def labels(settings: Settings, dataset: lake.Dataset = lake.LABEL) -> dict[str, tuple[str, str]]:
    rows = lake.read(lake.files(settings.lake, dataset), dataset).to_pylist()
    return {r["capture_id"]: (r["relevance"], r["model_version"]) for r in rows}


def test_a_model_is_compared_before_it_is_adopted(settings: Settings, registry: Registry, sceptic: Path) -> None:
    with pytest.raises(TheodoiError, match="theodoi process"):
        models.compare(settings, registry, code_version(), sceptic)
    first = models.model_in_use(settings)
    assert first.version == load_model().version
    label(settings, registry, first, load_vocabulary(), code_version())
    before = labels(settings)
    assert len(before) > 50
    assert {v for _, v in before.values()} == {f"rules-2+{first.version}"}
    with pytest.raises(TheodoiError, match="theodoi model compare"):
        models.adopt(settings, sceptic)
    compared = models.compare(settings, registry, code_version(), sceptic)
    # Looking changes nothing that is in use.
    assert labels(settings) == before
    assert compared.n_articles == len(before) == sum(compared.relevance.values())
    n_implicit = sum(relevance == "implicit" for relevance, _ in before.values())
    assert compared.relevance["implicit", "none"] == n_implicit > 10
    assert compared.relevance["explicit", "explicit"] == sum(r == "explicit" for r, _ in before.values())
    assert sum(b - a for b, a in compared.months.values()) == n_implicit
    assert all((c.before, c.after) == ("implicit", "none") and c.score_before > c.score_after for c in compared.changes)
    assert models.adopt(settings, sceptic) == "sceptic"
    label(settings, registry, models.model_in_use(settings), load_vocabulary(), code_version())
    assert labels(settings) == labels(settings, lake.CANDIDATE_LABEL) != before


def test_comparing_again_labels_only_what_is_new(settings: Settings, registry: Registry, sceptic: Path) -> None:
    label(settings, registry, models.model_in_use(settings), load_vocabulary(), code_version())
    models.compare(settings, registry, code_version(), sceptic)
    (file,) = lake.files(settings.lake, lake.CANDIDATE_LABEL)
    written = file.stat().st_mtime_ns
    again = models.compare(settings, registry, code_version(), sceptic)
    assert file.stat().st_mtime_ns == written
    assert again.n_articles > 50


def test_what_comes_with_theodoi_changes_no_label_by_itself(settings: Settings, sceptic: Path) -> None:
    label_of = models.model_in_use(settings).version
    models._put(sceptic, settings.models / "in_use.npz")
    assert models.model_in_use(settings).version == "sceptic" != label_of
    (settings.models / "in_use.npz").write_bytes(b"no model")
    with pytest.raises(TheodoiError, match="không phải là tệp mô hình"):
        models.model_in_use(settings)


def test_broken_words_are_named_and_the_last_good_ones_stay_in_use(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "vocabulary.yaml"
    broken.write_text("programme:\n  names: [a\n", encoding="utf-8")
    whole = models.VOCABULARY_FILE
    monkeypatch.setattr(models, "VOCABULARY_FILE", broken)
    with pytest.raises(TheodoiError, match=r"vocabulary\.yaml:\d+:"):
        models.vocabulary_in_use(settings)
    monkeypatch.setattr(models, "VOCABULARY_FILE", whole)
    good = models.vocabulary_in_use(settings)
    monkeypatch.setattr(models, "VOCABULARY_FILE", broken)
    assert models.vocabulary_in_use(settings) == good == load_vocabulary()
    assert "vocabulary.yaml:" in caplog.text


def test_new_words_make_no_page_be_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = tmp_path / "transforms"
    shutil.copytree(Path(transforms.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(transforms, "__file__", str(copied / "__init__.py"))

    def after(edited: str) -> tuple[bool, bool]:
        """Whether articles are labelled anew, and whether pages are read again, after a file was edited."""
        labelled, read = code_version.__wrapped__(), reading_version.__wrapped__()
        with (copied / edited).open("a", encoding="utf-8") as file:
            file.write("\n# edited\n")
        return code_version.__wrapped__() != labelled, reading_version.__wrapped__() != read

    assert after("classify/vocabulary.yaml") == (True, False)
    assert after("extract/dates.py") == (True, True)
    # What a model learnt from stands in its name.
    assert after("classify/data/a_none.yaml") == (False, False)


def test_no_month_is_audited_by_a_model_that_learnt_from_it(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "learnt.npz"
    replace(load_model(), learnt_before="2024-07").save(file)
    models._put(file, settings.models / "in_use.npz")
    with pytest.raises(TheodoiError, match="2024-06"):
        draw(settings, "2024-06")
    with pytest.raises(TheodoiError, match="công bố"):
        draw(settings, "2024-07")


def test_explains_an_article_of_the_lake_and_a_file(settings: Settings, registry: Registry, tmp_path: Path) -> None:
    piece = next(p for p in pieces.load() if p.relevance == "explicit")
    told = explain(settings, registry, piece.article.url).text()
    assert piece.article.title in told
    assert "NÊU TÊN ĐỀ ÁN" in told
    assert "«" in told
    assert load_model().version in told
    file = tmp_path / "bai.txt"
    file.write_text("Giá vàng tăng mạnh\nSáng nay giá vàng miếng tăng một triệu đồng.", encoding="utf-8")
    assert "KHÔNG LIÊN QUAN" in explain(settings, registry, str(file)).text()
    for what, why in (("http://127.0.0.1/la", "chưa có bài"), (str(tmp_path / "khong.html"), "không đọc được")):
        with pytest.raises(TheodoiError, match=why):
            explain(settings, registry, what)


def test_the_command_line_shows_the_difference(settings: Settings, registry: Registry, sceptic: Path) -> None:
    label(settings, registry, models.model_in_use(settings), load_vocabulary(), code_version())

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, [*words, "--data", str(settings.data)])
        assert result.exit_code == 0, result.output
        return result.output

    shown = json.loads(run("model", "compare", "--file", str(sceptic), "--json"))
    assert shown["candidate"] == "sceptic"
    assert shown["changes"]
    assert "theodoi model adopt" in run("model", "compare", "--file", str(sceptic))
    assert "sceptic" in run("model", "adopt", "--file", str(sceptic))


@pytest.mark.slow
def test_training_gives_the_model_that_comes_with_theodoi(registry: Registry, tmp_path: Path) -> None:
    trained = models.train_model(Settings(data=tmp_path), registry, out=tmp_path / "m.npz")
    assert trained.figures["pieces"] >= 1200
    ours, theirs = load_model(tmp_path / "m.npz"), load_model(DEFAULT_FILE)
    assert ours.version == theirs.version, "run `make train`: the pieces are others than the model was trained on"
    assert ours.space.size == theirs.space.size, "run `make train`: rules or words have changed"
    # The same machine gives the same bytes; others may add in another order.
    np.testing.assert_allclose(ours.weights, theirs.weights, atol=1e-3)


def test_malformed_training_pieces_are_named(registry: Registry, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with pytest.raises(TheodoiError, match="holds no training pieces"):
        models.train_model(Settings(data=tmp_path), registry, out=tmp_path / "m.npz", data=folder)
    (folder / "x_none.yaml").write_text("- {id: x1, title: a, lead: '', text: b}\n", encoding="utf-8")
    with pytest.raises(TheodoiError, match=r"x_none\.yaml: x1"):
        models.train_model(Settings(data=tmp_path), registry, out=tmp_path / "m.npz", data=folder)
    assert not (tmp_path / "m.npz").exists()
