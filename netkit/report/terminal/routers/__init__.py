"""What was changed on routers, and the record of it, as lines of text."""
