"""What the attributes of nodes and edges say: names and units of figures, lengths, roles, places.

Words of a file come in, figures with their units go out; a figure that would decide a delay and has
no unit is refused.
"""
