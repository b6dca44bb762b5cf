"""A client of the bridge in another language, written from docs/wire.md with the stock `websockets` package.

Reads one job as JSON on its standard input:
    {"ws": ..., "token": ..., "start": {a `start` without type, id and size}, "message": base64}
sends it, reads the newest message of the practice mailbox back, and prints one line of JSON:
    {"selected": ..., "welcome": {...}, "transcript": [...], "outcome": {...}, "inbox": {...}, "read": base64}
"""

import asyncio
import base64
import json
import sys
from urllib.parse import urlsplit

import websockets

FRAME = 262_144
DIALOGUE = 1


def tagged(value):
    """What a value of several kinds is, and what it holds: a string has nothing more to say."""
    return (value, {}) if isinstance(value, str) else next(iter(value.items()))


def line_of(event):
    """A transcript line as people write one, or None for an event that is no line."""
    kind, body = tagged(event)
    if kind == "sent":
        spans = (span["text"] if isinstance(span, dict) else "⟨secret⟩" for span in body["line"])
        return "C: " + "".join(spans)
    if kind == "received":
        reply = body["reply"]
        return f"S: {reply['code']} {' / '.join(reply['lines'])}"
    return None


async def heard(socket):
    """The next frame: its kind and what it holds; of octets, "octets" and the bytes."""
    frame = await socket.recv()
    return ("octets", frame) if isinstance(frame, bytes) else tagged(json.loads(frame))


async def send(socket, start, message):
    """Runs one dialogue. Returns its transcript, its outcome, and the mailbox's newest state seen on the way."""
    await socket.send(json.dumps({"start": {"id": DIALOGUE, "size": len(message), **start}}))
    transcript, mailbox, given = [], None, 0
    while True:
        kind, said = await heard(socket)
        match kind:
            case "entry":
                assert said["id"] == DIALOGUE and said["entry"]["seq"] >= len(transcript)
                line = line_of(said["entry"]["event"])
                if line is not None:
                    transcript.append(line)
            case "credit":
                upto = min(said["upto"], len(message))
                while given < upto:
                    piece = message[given : min(upto, given + FRAME)]
                    await socket.send(piece)
                    given += len(piece)
            case "finished":
                return transcript, said["outcome"], mailbox
            case "not_started":
                raise SystemExit(f"not started: {said['why']}")
            case "mailbox":
                mailbox = said
            case "progress":
                pass
            case other:
                raise SystemExit(f"a frame {other!r} in the middle of a dialogue")


async def read(socket, which):
    """The octets of one message of the practice mailbox."""
    await socket.send(json.dumps({"read": {"id": which}}))
    size, octets = None, b""
    while size is None or len(octets) < size:
        kind, said = await heard(socket)
        if kind == "octets":
            octets += said
        elif kind == "message" and said["id"] == which:
            size = said["size"]
        elif kind == "message_gone":
            raise SystemExit(f"message {which} is gone")
    return octets


async def main():
    job = json.load(sys.stdin)
    at = urlsplit(job["ws"])
    async with websockets.connect(
        job["ws"],
        origin=f"http://{at.netloc}",
        subprotocols=["glasspost.v1", f"glasspost.token.{job['token']}"],
        compression=None,
        max_size=FRAME,
    ) as socket:
        kind, welcome = await heard(socket)
        assert kind == "welcome" and welcome["version"] == 1, welcome
        message = base64.b64decode(job["message"])
        transcript, outcome, mailbox = await send(socket, job["start"], message)
        while mailbox is None or not mailbox["messages"]:
            kind, said = await heard(socket)
            if kind == "mailbox":
                mailbox = said
        newest = mailbox["messages"][0]
        octets = await read(socket, newest["id"])
        print(
            json.dumps(
                {
                    "selected": socket.subprotocol,
                    "welcome": welcome,
                    "transcript": transcript,
                    "outcome": outcome,
                    "inbox": newest,
                    "read": base64.b64encode(octets).decode(),
                }
            )
        )


asyncio.run(main())
