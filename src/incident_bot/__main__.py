"""`python -m incident_bot`, and the console script."""

from incident_bot.cli.entry import main

if __name__ == "__main__":
    main()
