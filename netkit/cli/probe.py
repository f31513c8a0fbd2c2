"""``netkit probe``: measure to one host with STAMP, answer such measurements, follow a path."""

from __future__ import annotations

import typer

from netkit.cli import probe_reflect, probe_send, probe_trace

app = typer.Typer(no_args_is_help=True)
app.command("send")(probe_send.send)
app.command("reflect")(probe_reflect.reflect)
app.command("trace")(probe_trace.trace)
