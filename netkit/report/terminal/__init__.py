"""Tables and lines for terminals, as renderables of rich: nothing here prints.

Values come in; renderables go out, and the command prints them.
"""
