"""What issue 3 asks of the crawl, measured through the real one: `python -m benchmarks.crawl [FIGURE ...]`."""
