"""JSON documents of measurements: ``probe send``, its interim lines, ``trace`` and ``certify``.

Results come in, dictionaries of plain types go out (docs/probe-send-json.md, docs/clocks.md).
"""
