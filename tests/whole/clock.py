"""Starts the emulator with a clock that stands where a file says, and is the real one where the file is empty."""
import datetime
import sys

import moto.core.utils

real = moto.core.utils.utcnow


def utcnow():
    with open(sys.argv[2]) as clock:
        moment = clock.read()
    return datetime.datetime.fromisoformat(moment) if moment else real()


# Before the services are loaded, each of which takes the name for itself.
moto.core.utils.utcnow = utcnow

from moto.server import main  # noqa: E402

main(["-H", "127.0.0.1", "-p", sys.argv[1]])
