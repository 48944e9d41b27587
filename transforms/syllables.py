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


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
_INITIAL = re.compile(r"ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx]|")
# Every rhyme of the written language, by its first letter; words of other languages hardly ever consist of these alone.
_WRITTEN_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo "
    "ep et ê êc êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac "
    "oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong "
    "op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc "
    "uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn "
    "ương ươp ươt ươu ưt ưu y ych yên yêm yêng yêt yêu ynh yt"
)
_RHYMES = frozenset(_WRITTEN_RHYMES.split())
_STOPPED = ("c", "p", "t", "ch")
_STOPPED_TONES = frozenset("\u0301\u0323")


@lru_cache(maxsize=1 << 15)
def is_syllable(word: str) -> bool:
    """Whether a word can be a Vietnamese syllable: an initial, a rhyme, and a tone that this rhyme can carry.

    Args:
        word: Letters alone, composed or not, in any case.
    """
    parted = unicodedata.normalize("NFD", word.casefold())
    tones = _TONE.findall(parted)
    plain = unicodedata.normalize("NFC", _TONE.sub("", parted))
    if len(tones) > 1 or not 0 < len(plain) <= 7:
        return False
    initials = {match[0] for match in (_INITIAL.match(plain), re.match("[gq]", plain)) if match} | {""}
    rhyme = next((plain[len(i) :] for i in sorted(initials, key=len, reverse=True) if plain[len(i) :] in _RHYMES), None)
    if rhyme is None:
        return False
    return not rhyme.endswith(_STOPPED) or bool(tones and tones[0] in _STOPPED_TONES)
