"""What keeps a database whole, small and of this version: roll-up, retention, check, migration."""
