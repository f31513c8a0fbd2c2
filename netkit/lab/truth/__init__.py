"""Ground truth: which links carried a probe and how long each held it, from the wire or captures.

Records of the delay backends come in; the path and the true delay of every probe go out.
"""
