"""`stadslab serve`: the map of a lab in a browser."""

from __future__ import annotations

import ipaddress
import secrets
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from stadslab.core.errors import InputError, NotFoundError, Problem

if TYPE_CHECKING:
    from fastapi import FastAPI

HOST, PORT = "127.0.0.1", 8765
TRIES = 20  # ports above the usual one that are tried when it is taken
SHORTEST = 16  # characters of a token
END_S = 5  # how long replies under way may take once the server is stopped
EPILOG = """\b
Examples:
  stadslab serve --lab demo/demo.lab --open
  stadslab serve --lab city.lab --port 9000
  stadslab serve --lab city.lab --host 0.0.0.0 --name map.example.org"""


@click.command("serve", short_help="Show the map in a browser, and answer what it asks.", epilog=EPILOG)
@click.option("--lab", envvar="STADSLAB_LAB", default="city.lab", help="Folder of the laboratory [or STADSLAB_LAB].")
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    help=f"Port to listen on; 0: any free one [default: {PORT}, or the next free one].",
)
@click.option("--name", "names", multiple=True, help="Host name it answers to; repeatable. Needed with 0.0.0.0.")
@click.option("--token", envvar="STADSLAB_TOKEN", default="", help="Who shows it may ask [or STADSLAB_TOKEN].")
@click.option("--open", "opens", is_flag=True, help="Open the map in the browser of this machine.")
def command(lab: str, host: str, port: int | None, names: tuple[str, ...], token: str, opens: bool) -> None:
    """Serve the map of a lab until Ctrl-C.

    On this machine alone (as it is by default) it needs no login. Bound to any other address, or given a --name because
    a web server in front of it passes on what others ask, it demands a token: the one you give, or one it makes and
    prints as a link. Whoever has the link may look, ask and save plans; files of this
    machine can only be read and written from this machine. Put a web server with HTTPS in front of it where others
    share the network.
    """
    serve(lab, host, port, names, token, opens=opens)


def serve(
    lab: str | Path, host: str = HOST, port: int | None = None, names: tuple[str, ...] = (), token: str = "",
    *, opens: bool = False,
) -> None:  # fmt: skip
    """Listen until stopped. Raises `StadslabError` when it cannot begin: no lab, no page, no port, no host name."""
    from stadslab.faces.web.access import LOOPBACK, Access
    from stadslab.faces.web.app import create_app
    from stadslab.faces.web.page import BUILT
    from stadslab.lab.lab import Lab

    alone = is_loopback(host)
    answers = _names(host, names, alone=alone)
    if token and len(token) < SHORTEST:
        what = f"a token of {len(token)} characters can be guessed"
        raise InputError(Problem("--token", what, f"take {SHORTEST} or more, or leave it out: one is made"))
    if not (BUILT / "index.html").is_file():
        hint = "run `make web` in the checkout; an installed package brings it along"
        raise NotFoundError(Problem(str(BUILT), "the front end is not built", hint))
    opened = Lab(lab, create=False)
    shown = token_for(token, alone=alone, named=bool(answers))
    hosts = (*LOOPBACK, *answers) if alone else answers
    app = create_app(opened, Access(token=shown, hosts=tuple(dict.fromkeys(hosts))))
    listening = listen(host, port)
    address = address_of(answers[0] if answers else host, listening.getsockname()[1])
    link = f"{address}?token={quote(shown)}" if shown else address
    click.echo(f"Stadslab serves {opened.folder.path}")
    click.echo(f"  {link}")
    if shown and not token:
        click.echo("  Whoever has this link may look, ask and save plans.")
    click.echo("Stop it with Ctrl-C.")
    if opens:
        import webbrowser

        webbrowser.open(link)
    _run(app, listening)
    click.echo("\nstopped; work under way was called off, the lab is whole", err=True)


def token_for(given: str, *, alone: bool, named: bool) -> str:
    """The token it demands: the one given, or one that is made; none where it is reached from this machine alone.

    A name it answers to means that others come, by way of a web server in front of it, whatever it listens on.
    """
    return given or ("" if alone and not named else secrets.token_urlsafe(24))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens there: on the usual port or the next free one when none is named.

    Raises `InputError` when the port is taken, or the address is not of this machine.
    """
    wanted = range(PORT, PORT + TRIES) if port is None else (port,)
    refused: OSError | None = None
    for one in wanted:
        try:
            family = socket.getaddrinfo(host.strip("[]"), one, type=socket.SOCK_STREAM)[0][0]
            found = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            raise InputError(Problem("--host", f"{host!r}: {error.strerror or error}", "such as 127.0.0.1")) from None
        try:
            if sys.platform != "win32":  # there it would let two servers share a port
                found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind((host.strip("[]"), one))
            found.listen(128)
        except OSError as error:
            found.close()
            refused = error
            continue
        return found
    assert refused is not None
    where = f"{host}:{wanted[0]}" if len(wanted) == 1 else f"{host}:{wanted[0]} to {wanted[-1]}"
    hint = "name another with --port, or stop what listens there"
    raise InputError(Problem("--port", f"cannot listen on {where}: {refused.strerror or refused}", hint))


def address_of(host: str, port: int) -> str:
    """The address to open."""
    plain = host.strip("[]")
    return f"http://{f'[{plain}]' if ':' in plain else plain}:{port}/"


def _names(host: str, names: tuple[str, ...], *, alone: bool) -> tuple[str, ...]:
    """Host names the server answers to; all addresses at once have none of their own."""
    told = tuple(name.strip("[]").lower() for name in names)
    if told or alone:
        return told
    if host.strip("[]") in ("0.0.0.0", "::", ""):  # noqa: S104 (asked about, not chosen)
        hint = "say the host names it answers to, such as --name map.example.org"
        raise InputError(Problem("--host", f"{host!r} is every address of this machine", hint))
    return (host.strip("[]").lower(),)


def _run(app: FastAPI, listening: socket.socket) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """Ends streams of progress before it waits for connections to close."""

        def handle_exit(self, sig: int, frame: Any) -> None:
            """Called on Ctrl-C and on a request to end."""
            import logging
            from threading import Thread

            # who is still being answered is let go without a page of its own for each in the log
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            Thread(target=app.state.desk.close, daemon=True).start()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=END_S, server_header=False
    )
    server = Server(config)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn ends well, then raises what it caught again
        return
    finally:
        listening.close()
