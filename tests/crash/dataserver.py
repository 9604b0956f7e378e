"""A PostgreSQL whose tables lie on a disk of their own, durable as in earnest; its log has room elsewhere."""

import os
from pathlib import Path

from tests.crash.smalldisk import SmallDisk
from tests.postgres import OwnPostgres

_SETTINGS = ("shared_buffers=32MB", "autovacuum=off")


class DataServer(OwnPostgres):
    """Its folder of data is a link to a small disk; the write-ahead log stays in the server's own folder."""

    def __init__(self, programs: Path, disk: SmallDisk) -> None:
        self._disk = disk
        super().__init__(programs, _SETTINGS)

    def run(self, name: str, *arguments: object) -> None:
        """As ever, but data and log are put apart when they are made."""
        if name == "initdb":
            self.data.symlink_to(self.owned(self._disk.folder / "data"))
            arguments = (*arguments, "-X", self.folder / "wal")
        super().run(name, *arguments)

    def owned(self, folder: Path) -> Path:
        """A new folder that belongs to whoever runs the server."""
        folder.mkdir(mode=0o700)
        owner = self.folder.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        return folder
