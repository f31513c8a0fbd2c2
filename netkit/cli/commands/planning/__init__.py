"""``plan``, ``survive``, ``replay``, ``explain``, ``emit``, ``advise``, ``detour`` and ``place``.

They take a topology, pairs or demands, and bounds; they print plans and what follows from them.
"""
