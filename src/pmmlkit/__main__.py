"""`python -m pmmlkit` is the command."""

from pmmlkit.cli import main

if __name__ == "__main__":
    main()
