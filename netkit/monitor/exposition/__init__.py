"""Windows to the metrics of Prometheus: totals, gauges, histograms, and their text."""
