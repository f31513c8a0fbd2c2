"""Windows to longer ones, and to what a pair's directions were: counts merged, both ends joined.

Windows come in as values of ``model.measurement.window``; merging is exact, as counts of a DDSketch
add up (Masson, Rim and Lee, VLDB 2019). Missing is not zero, and no probe is counted twice.
"""
