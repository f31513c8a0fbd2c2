"""What was changed on routers, what differs between states of them, and the record, as JSON."""
