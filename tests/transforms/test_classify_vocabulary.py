"""A broken vocabulary is refused with file, line and reason."""

from pathlib import Path

import pytest

from transforms.classify import Classifier, VocabularyError, load_vocabulary
from transforms.classify.vocabulary import DEFAULT_FILE

GOOD = DEFAULT_FILE.read_text(encoding="utf-8")


def test_the_shipped_vocabulary_is_whole():
    vocabulary = load_vocabulary()
    assert len(vocabulary.other_places) == 62
    assert len([p for p in vocabulary.local_places if p.startswith(("tp_", "tx_", "huyen_"))]) == 12
    assert sorted(vocabulary.themes) == [
        "c1_awareness",
        "c2_documents",
        "c3_gdnn_space",
        "c4_enterprise",
        "c5_training_offer",
        "c6_models",
    ]
    assert Classifier(vocabulary=vocabulary)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("      - dạy nghề\n", "      - dạy nghề\n      - dạy nghề\n", "stands already in line"),
        ("      - dạy nghề\n", "      - dạy nghề\n      - …\n", "words are needed"),
        ("      - dạy nghề\n", "      - dạy nghề\n      - a … b … c\n", "at most one"),
        ("      - dạy nghề\n", '      - dạy nghề\n      - ""\n', "a text is needed"),
        ("      - dạy nghề\n", "      - dạy nghề\n      - {a: b}\n", "a text is needed"),
        ("digests:\n", "digest:\n", "unknown entry “digest”"),
        ("merged_from: 2025-07-01", "merged_from: hôm qua", "no day"),
        ("merged_province: hai_phong", "merged_province: hai_phog", "stands not in other_places"),
        ("number: 238", "number: hai trăm", "no number of a document"),
        ("  an_giang: [An Giang", "  an_giang: [Kinh Môn, An Giang", "stands already under tx_kinhmon"),
        ("  an_giang: [", "  an_giang: [An Giang]\n  an_giang: [", "“an_giang” stands twice"),
    ],
)
def test_a_broken_entry_is_refused_with_its_line(tmp_path: Path, old: str, new: str, reason: str):
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    file = tmp_path / "vocabulary.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=reason) as refused:
        load_vocabulary(file)
    # The offending entry is what stands in the last line of the change.
    line = text[: text.index(new)].count("\n") + new.strip("\n").count("\n") + 1
    assert str(refused.value).startswith(f"{file}:{line}: ")


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), ("a: [1", "no valid YAML"), ("- a", "a mapping"), ("\x00", "YAML")]
)
def test_what_is_no_vocabulary_at_all_is_refused(tmp_path: Path, text: str, reason: str):
    file = tmp_path / "vocabulary.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=reason):
        load_vocabulary(file)


def test_a_missing_file_is_one_clear_line(tmp_path: Path):
    with pytest.raises(VocabularyError, match="cannot be read"):
        load_vocabulary(tmp_path / "none.yaml")
