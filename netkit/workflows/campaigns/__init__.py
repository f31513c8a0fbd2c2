"""Campaigns: from their files to flows, over the emulated backbone and over real hosts."""
