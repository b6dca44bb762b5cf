"""A client of the bridge in another language, written from docs/wire.md with the stock `websockets` package.

Reads one job as JSON on its standard input:
    {"ws": ..., "token": ..., "start": {a `start` without type, id and size}, "message": base64}
sends it, reads the newest message of the practice mailbox back, and prints one line of JSON:
    {"selected": ..., "welcome": {...}, "transcript": [...], "outcome": {...}, "inbox": {...}, "reading": {...}, "read": base64}
"""

import asyncio
import base64
import json
import struct
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
    """The next frame: its kind and what it holds; of octets, "octets" and the bytes. Fragments are put together."""
    text = ""
    while True:
        frame = await socket.recv()
        if isinstance(frame, bytes):
            return "octets", frame
        kind, said = tagged(json.loads(frame))
        if kind != "fragment":
            return kind, said
        text += said["text"]
        if said["last"]:
            return tagged(json.loads(text))


def add_up(mailbox, news):
    """What the practice mailbox holds, newest first, once the news has come; None while more is to follow."""
    gone = set(news["removed"])
    mailbox[:] = news["added"][::-1] + [one for one in mailbox if one["id"] not in gone]
    return not news["more"]


async def send(socket, start, message, mailbox):
    """Runs one dialogue, adding up the mailbox's news on the way. Returns its transcript and its outcome."""
    await socket.send(json.dumps({"start": {"id": DIALOGUE, "size": len(message), **start}}))
    transcript, results, given = [], [], 0
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
                    piece = message[given : min(upto, given + FRAME - 4)]
                    await socket.send(struct.pack(">I", DIALOGUE) + piece)
                    given += len(piece)
            case "recipients":
                results += said["results"]
            case "finished":
                kind, outcome = tagged(said["outcome"])
                return transcript, {kind: {**outcome, "recipients": results + outcome["recipients"]}}
            case "not_started":
                raise SystemExit(f"not started: {said['why']}")
            case "mailbox":
                add_up(mailbox, said)
            case "progress":
                pass
            case other:
                raise SystemExit(f"a frame {other!r} in the middle of a dialogue")


async def read(socket, which):
    """The octets of one message of the practice mailbox, and how it reads."""
    await socket.send(json.dumps({"read": {"id": which}}))
    octets = b""
    while True:
        kind, said = await heard(socket)
        match kind:
            case "octets":
                octets += said
            case "message":
                size = said["size"]
            case "message_gone":
                raise SystemExit(f"message {which} is gone")
            case "reading":
                assert said["id"] == which and len(octets) == size
                return octets, said["reading"]
            case "not_read":
                raise SystemExit(f"message {which} can't be read: {said['why']}")


async def main():
    job = json.load(sys.stdin)
    at = urlsplit(job["ws"])
    async with websockets.connect(
        job["ws"],
        origin=f"http://{at.netloc}",
        subprotocols=["glasspost.v3", f"glasspost.token.{job['token']}"],
        compression=None,
        max_size=FRAME,
    ) as socket:
        kind, welcome = await heard(socket)
        assert kind == "welcome" and welcome["version"] == 3, welcome
        message = base64.b64decode(job["message"])
        mailbox = []
        transcript, outcome = await send(socket, job["start"], message, mailbox)
        while not mailbox:
            kind, said = await heard(socket)
            if kind == "mailbox":
                add_up(mailbox, said)
        newest = mailbox[0]
        octets, reading = await read(socket, newest["id"])
        print(
            json.dumps(
                {
                    "selected": socket.subprotocol,
                    "welcome": welcome,
                    "transcript": transcript,
                    "outcome": outcome,
                    "inbox": newest,
                    "reading": reading,
                    "read": base64.b64encode(octets).decode(),
                }
            )
        )


asyncio.run(main())
