"""Bytes to values and back: STAMP, its TLVs, timestamps."""
