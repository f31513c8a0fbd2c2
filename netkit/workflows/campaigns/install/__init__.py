"""Rounds of a site that cron or systemd starts: what they need, and the files for either."""
