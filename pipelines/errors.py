"""Every way a command can fail, one class and one sentence each.

Belongs here: exception classes and the exit code each one means. Does not belong here:
the texts people read (one catalogue in ``pipelines.findings``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.findings import Finding


class TanyuanError(Exception):
    """A command cannot go on; the findings say why and how to mend it."""

    exit_code: ClassVar[int] = 70

    def __init__(self, findings: Sequence[Finding] | Finding) -> None:
        """Keep the findings; the message is their English text."""
        several = findings if isinstance(findings, (list, tuple)) else (findings,)
        self.findings = cast("tuple[Finding, ...]", tuple(several))
        super().__init__("; ".join(f"{f.code} {f.en}" for f in self.findings))


class FaultyData(TanyuanError):
    """The data were read and break a rule."""

    exit_code = 1


class WrongUsage(TanyuanError):
    """The command was called in a way it does not know."""

    exit_code = 2


class UnreadableInput(TanyuanError):
    """A file is missing, changed, damaged or of another format than its name says."""

    exit_code = 3


class RefusedByPolicy(TanyuanError):
    """A right, licence, signature, separation of duties or expiry forbids it."""

    exit_code = 4


class Conflict(TanyuanError):
    """Something newer, equal or locked already stands there."""

    exit_code = 5


class EnvironmentFault(TanyuanError):
    """The machine lacks something: disk, permission, font, program."""

    exit_code = 6
