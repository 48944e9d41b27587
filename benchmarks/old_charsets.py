"""Text in charsets from before Unicode: `python -m benchmarks.old_charsets FOLDER`.

FOLDER holds Vietnamese texts as UTF-8 files, at any depth, which are read and not kept. Two things are measured: how
many lines of proper text are taken for old ones, where every line is judged; and of texts typed in each charset, how
many lines come back exactly. A tenth of the texts is typed anew.
"""

import sys
import unicodedata
from pathlib import Path
from time import process_time

from tests.transforms.test_legacy import typed
from transforms.extract.legacy import _charset_of, charsets, restore_lines, restore_page


def main() -> None:
    """Measure and print."""
    files = sorted(p for p in Path(sys.argv[1]).rglob("*") if p.is_file())
    texts = [unicodedata.normalize("NFC", f.read_text(encoding="utf-8", errors="replace")) for f in files]
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    taken = [line for line in lines if _charset_of(line)]
    converted = sum(bool(restore_lines(text.splitlines())[0]) for text in texts)
    print(f"{len(texts)} texts, {len(lines)} lines: {len(taken)} lines and {converted} texts taken for old ones")
    for line in taken[:10]:
        print(f"  {line[:150]}")
    page = "".join(f"<p>{line}</p>" for line in lines[:2000])
    began = process_time()
    for _ in range(20):
        restore_page(page)
    print(f"a page of {len(page)} letters: {(process_time() - began) / 20 * 1000:.2f} ms")
    for charset in charsets():
        # TCVN3 has no capitals with a tone; fonts have them.
        chosen = [(t.lower() if charset == "tcvn3" else t).splitlines() for t in texts[::10]]
        read = [(text, restore_lines([typed(line, charset) for line in text])[1]) for text in chosen]
        same = sum(a == b for old, new in read for a, b in zip(old, new, strict=True))
        print(f"{charset:>12}: {same / sum(len(old) for old, _ in read):.4f} of the lines come back exactly")


if __name__ == "__main__":
    main()
