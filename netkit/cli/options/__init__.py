"""Options that commands share: words in, values of :mod:`netkit.model` out.

A group of options is a dataclass whose fields are the options; what a group cannot use is
refused here, with the word that was meant.
"""
