"""FRR: the statements of a running instance, read and changed through ``vtysh``.

Only what differs is stated, as ``frr-reload.py`` does it; what is netkit's is known by the names of
its locators and the form of its routes. What FRR has taken is read back from zebra and the kernel.
"""
