"""Renew the expected result of saved pages: `python -m tests.pages.write tests/pages/nukeviet/ngay-sai.html`.

It writes what extraction makes of the page now; read it line by line before you commit it.
"""

import argparse
import json
from pathlib import Path

from tests.pages.saved import all_pages, open_page


def main() -> None:
    """Write the JSON beside each page given, or beside all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="*", type=Path, help="saved pages (default: all)")
    parser.add_argument("--url", default="", help="address under which the page is read")
    parser.add_argument("--fetched-at", default="", help="time of fetching, ISO 8601 with zone")
    options = parser.parse_args()
    chosen = [open_page(f, url=options.url, fetched_at=options.fetched_at) for f in options.file] or all_pages()
    for page in chosen:
        read = page.read()
        target = page.save(read)
        print(f"{target}{'' if read == page.expected else '  (changed)'}")
        if len(chosen) == 1:
            print(json.dumps(read, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
