"""Numbers of the kernel's interface to programs (``linux/bpf.h``): helpers, contexts, verdicts."""

from __future__ import annotations

from typing import Final

MAP_LOOKUP_ELEM: Final = 1
KTIME_GET_NS: Final = 5
CLONE_REDIRECT: Final = 13
REDIRECT: Final = 23
SKB_LOAD_BYTES: Final = 26
SKB_CHANGE_TAIL: Final = 38
RINGBUF_OUTPUT: Final = 130

SKB_LEN: Final = 0
SKB_PROTOCOL: Final = 16
SKB_PRIORITY: Final = 32
SKB_IFINDEX: Final = 40
"""Offsets in ``struct __sk_buff``, the context of a program at traffic control."""

TCX_NEXT: Final = -1
TCX_DROP: Final = 2
"""What a program at TCX returns: go on with the frame, or drop it."""

XDP_DROP: Final = 1
XDP_PASS: Final = 2
XDP_TX: Final = 3
"""The same at XDP, and: send it out where it came in."""

RINGBUF_NO_WAKEUP: Final = 1
