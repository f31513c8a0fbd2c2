"""What every command has in common: its help, how much it says, where its defaults come from."""
