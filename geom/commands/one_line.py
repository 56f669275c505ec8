"""A group of commands that answer whatever is foreseen with one line on standard error and an exit status, never with a traceback."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from geom.errors import GeomError

__all__ = ["BAD_INPUT", "INTERRUPTED", "STOPPED", "OneLineErrors", "Stop"]

BAD_INPUT, STOPPED, INTERRUPTED = 2, 3, 130


class Stop(Exception):
    """One line for standard error, and an exit status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class OneLineErrors(click.Group):
    """A group whose commands answer everything foreseen with one line and an exit status, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except KeyboardInterrupt as error:
            raise Stop("interrupted", INTERRUPTED) from error
        except GeomError as error:
            raise Stop(str(error), BAD_INPUT) from error
        except BrokenPipeError:
            raise  # click's own: whoever reads the output has had enough
        except OSError as error:
            raise Stop(f"cannot write the output: {error.strerror or error}", BAD_INPUT) from error
        except MemoryError as error:
            raise Stop("out of memory; --count keeps no cells, --max-memory sets a limit", BAD_INPUT) from error

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        status = 0
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            if not standalone_mode:
                return result
            status = result if isinstance(result, int) else 0
        except (Stop, click.ClickException) as error:
            message = _in_words(error) if isinstance(error, click.ClickException) else str(error)
            click.echo(f"geom: {' '.join(message.split())}", err=True)
            status = error.status if isinstance(error, Stop) else error.exit_code
        except click.Abort:
            status = INTERRUPTED
        sys.exit(status)


def _in_words(error: click.ClickException) -> str:
    """What click says, and where the command explains itself."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{error.format_message().rstrip('.')}; see geom {' '.join(error.ctx.command_path.split()[1:])}".rstrip() + " --help"
    return error.format_message()
