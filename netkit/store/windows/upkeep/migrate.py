"""A database of an older netkit brought to this version: all steps or none."""

from __future__ import annotations

from importlib.resources import files

from sqlalchemy import Engine

from netkit.errors import InputError
from netkit.store.windows.engine import engine_of, parsed, writing
from netkit.store.windows.faults import place_of, told
from netkit.store.windows.opening import lock_tables, opened, version_of
from netkit.store.windows.schema import VERSION


def migrate(url: str) -> tuple[str, str]:
    """Bring a database to this version; returns the version it had, and the one it has.

    Raises:
        InputError: it is not netkit's, or of a newer one.
        StoreError: it cannot be reached or changed; it is as it was then.
    """
    place = parsed(url)
    with told(place):
        engine = engine_of(place)
        try:
            before = version_of(engine)
            if before is None:
                raise InputError.single(
                    "not a database of netkit", file=place_of(place), expected="one to migrate"
                )
            if before < VERSION:
                upgrade(engine)
        finally:
            engine.dispose()
        opened(place).dispose()  # or it says why not
    return before, VERSION


def upgrade(engine: Engine) -> None:
    """Take the steps that are left, from an empty database all of them."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(files("netkit.store") / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    with writing(engine) as connection:
        lock_tables(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
