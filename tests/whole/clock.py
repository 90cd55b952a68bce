"""Starts the emulator on a port of its own with a clock that stands where a file says, and is the real one where the file is empty."""
import datetime
import os
import sys

import moto.core.utils

real = moto.core.utils.utcnow


def utcnow():
    with open(sys.argv[2]) as clock:
        moment = clock.read()
    return datetime.datetime.fromisoformat(moment) if moment else real()


# Before the services are loaded, each of which takes the name for itself.
moto.core.utils.utcnow = utcnow

from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

# The system gives a port that nobody else has; whoever started this reads it from a file that appears whole.
application = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
os.environ["MOTO_PORT"] = str(server.port)
with open(sys.argv[1] + ".new", "w") as port:
    port.write(str(server.port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
