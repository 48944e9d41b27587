"""Pages of a site out of web archives: Wayback-compatible servers and Common Crawl."""
