"""JSON documents of watching: where changes come from, and alarms with their evidence."""
