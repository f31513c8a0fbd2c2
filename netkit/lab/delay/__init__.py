"""What delays the links: a user-space wire, the kernel's HTB or netem, else a clear refusal.

Cables with their delays come in; delayed frames go out, and the truth of what each link held.
"""
