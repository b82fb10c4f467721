"""The console: `python -m lib COMMAND`; it only registers what lib/console defines."""

import importlib

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Set up, fill, search and check a clinic from the command line.",
)

COMMANDS = {
    "init": "lib.console.init:init",
    "demo": "lib.console.demo:demo",
    "import": "lib.console.import_:import_",
    "duplicates": "lib.console.duplicates:duplicates",
    "search": "lib.console.search:search",
    "backup": "lib.console.backup:backup",
    "restore": "lib.console.restore:restore",
    "retention": "lib.console.retention:retention",
    "verify": "lib.console.verify:verify",
    "user": "lib.console.user:app",
}


def _register() -> None:
    for name, target in COMMANDS.items():
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)


def main() -> None:
    """Run the command that the person typed."""
    _register()
    app()


if __name__ == "__main__":
    main()
