"""Campaign files (docs/campaigns.md): who measures whom, over what, how often, which tier."""
