"""The wheel carries the drills, campaigns and topologies that the source tree keeps at its top."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = (
    "drills/*/*.yaml", "probes/*.yaml", "probes/clocks/*.yaml", "topologies/*.yaml",
    "topologies/*.csv",
)  # fmt: skip


class BuildWithShipped(build_py):
    """Puts them into ``netkit/shipped``, where an installed netkit looks for them."""

    def run(self) -> None:
        """Build the package, then copy; an editable install finds them in the source tree."""
        super().run()
        if self.editable_mode:
            return
        for pattern in SHIPPED:
            for file in sorted(Path().glob(pattern)):
                target = Path(self.build_lib, "netkit", "shipped", file)
                self.mkpath(str(target.parent))
                self.copy_file(str(file), str(target))


setup(cmdclass={"build_py": BuildWithShipped})
