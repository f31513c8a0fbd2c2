"""Where computing work may go: cities, sites, workload classes, and the answers for them.

All delays are one-way; what is judged is the worse of the two directions.
"""
