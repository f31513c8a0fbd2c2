"""``probe send``, ``reflect``, ``trace`` and ``certify``: measuring by hand.

They take hosts or files of samples, and print figures with their uncertainty.
"""
