"""Jobs of watching: from stored windows to likely links, to alarms, and to their delivery."""
