"""`python -m geom` is the command `geom`."""

from geom.commands.cli import main

if __name__ == "__main__":
    main(prog_name="geom")
