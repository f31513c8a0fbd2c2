"""The pages of a report served live from a store: what is read, when, and who is answered how."""
