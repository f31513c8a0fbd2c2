"""How an alarm reaches somebody, a file for each way. Each takes a target and the text of an event,
and returns None once it was taken, or why it was not."""
