"""What delays the links: netem where it works, else a user-space wire, else a clear refusal.

Cables with their delays come in; delayed frames go out, and the truth of what each link held.
"""
