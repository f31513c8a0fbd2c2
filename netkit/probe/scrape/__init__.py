"""``/metrics`` over HTTP: what a scraper asks, what it is told, and the sockets between."""
