"""What several dialects share: trees of statements, XML, names and SIDs as routers take them."""
