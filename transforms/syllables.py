"""Vietnamese spelling folded to one form, syllable by syllable.

The same word is typed in several ways: composed or decomposed (NFC, NFD), with the tone on either vowel (hoà, hòa),
with final i or y (kĩ, kỹ), with invisible characters from an editor. Comparing needs one of them.
"""

import re
import unicodedata
from functools import lru_cache

# Combining marks belong to the letter before them; zero-width characters and soft hyphens are left by editors.
MARKS = "\u0300-\u036f"
INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
WORD = re.compile(rf"\w[\w{MARKS}{INVISIBLE}]*")

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_DIGIT_SEPARATOR = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")

_I, _Y = "iìíỉĩị", "yỳýỷỹỵ"
# Before these initials final i and y are spelling habits, not different words (lí/lý, kĩ/kỹ, quí/quý, tỉ/tỷ).
_I_FOR_Y = {
    f"{initial}{i}": f"{initial}{y}"
    for initial in ("h", "k", "l", "m", "qu", "s", "t", "v")
    for i, y in zip(_I, _Y, strict=True)
}
# In open oa, oe, uy the tone may stand on either vowel; with a final consonant there is only one place for it.
_TONE_ON_SECOND = {
    f"{first[0]}{second[tone]}": f"{first[tone]}{second[0]}"
    for first, second in (("oòóỏõọ", "aàáảãạ"), ("oòóỏõọ", "eèéẻẽẹ"), ("uùúủũụ", _Y))
    for tone in range(1, 6)
}


@lru_cache(maxsize=1 << 16)
def fold_syllable(syllable: str) -> str:
    """One spelling for all spellings of a syllable: composed, lower case, tone and final i/y unified.

    The result is a key for comparing, not a spelling to show (`quý` becomes `qúy`).

    Args:
        syllable: A run of letters or digits.
    """
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", syllable))
    plain = unicodedata.normalize("NFC", composed.casefold())
    plain = _I_FOR_Y.get(plain, plain)
    return plain[:-2] + _TONE_ON_SECOND.get(plain[-2:], plain[-2:])


def spelt_words(text: str) -> list[str]:
    """The text's syllables and numbers as they are spelt; punctuation and the separators of thousands are gone."""
    return WORD.findall(_DIGIT_SEPARATOR.sub("", text))


def fold_words(text: str) -> list[str]:
    """The text's syllables and numbers, folded; punctuation and the separators of thousands are gone."""
    return [fold_syllable(w) for w in spelt_words(text)]
