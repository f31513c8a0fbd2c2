"""What people and programs see: tables, JSON documents, the HTML report, and all words.

Values of the model come in; text goes out. Nothing is computed here that a value does not say.
"""
