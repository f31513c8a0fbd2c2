"""``topo check``, ``show``, ``import``, ``convert`` and ``diff``.

They take topology files of any format that netkit reads, and print or write topologies.
"""
