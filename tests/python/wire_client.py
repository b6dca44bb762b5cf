"""A client of the bridge in another language, written from docs/wire.md with the stock `websockets` package.

Reads one job as JSON on its standard input:
    {"ws": ..., "token": ..., "start": {a `start` without type, id and size}, "message": base64}
sends it, reads the newest message of the practice mailbox back, and prints one line of JSON:
    {"selected": ..., "welcome": {...}, "transcript": [...], "outcome": {...}, "inbox": {...}, "reading": {...}, "files": {name: base64}, "read": base64}
"""

import asyncio
import base64
import json
import quopri
import struct
import sys
from urllib.parse import urlsplit

import websockets

VERSION = 7
FRAME = 262_144
DIALOGUE = 1


def tagged(value):
    """The tag and the content of a tagged value. A string is a tag without content."""
    return (value, {}) if isinstance(value, str) else next(iter(value.items()))


def line_of(event):
    """A transcript line in the usual notation, or None if the event is not a line."""
    kind, body = tagged(event)
    if kind == "sent":
        spans = (span["text"] if isinstance(span, dict) else "⟨secret⟩" for span in body["line"])
        return "C: " + "".join(spans)
    if kind == "received":
        reply = body["reply"]
        return f"S: {reply['code']} {' / '.join(reply['lines'])}"
    return None


async def receive(socket):
    """The next frame as tag and content; "octets" and the bytes for a binary frame. Fragments are joined."""
    text = ""
    while True:
        frame = await socket.recv()
        if isinstance(frame, bytes):
            return "octets", frame
        kind, content = tagged(json.loads(frame))
        if kind != "fragment":
            return kind, content
        text += content["text"]
        if content["last"]:
            return tagged(json.loads(text))


def apply_update(mailbox, update):
    """Applies an update to the list of messages, newest first. Returns whether the list is complete."""
    gone = set(update["removed"])
    mailbox[:] = update["added"][::-1] + [one for one in mailbox if one["id"] not in gone]
    return not update["more"]


async def send(socket, start, message, mailbox):
    """Runs one dialogue, applying mailbox updates on the way. Returns its transcript and its outcome."""
    await socket.send(json.dumps({"start": {"id": DIALOGUE, "size": len(message), **start}}))
    transcript, results, sent = [], [], 0
    while True:
        kind, content = await receive(socket)
        match kind:
            case "entry":
                assert content["id"] == DIALOGUE and content["entry"]["seq"] >= len(transcript)
                line = line_of(content["entry"]["event"])
                if line is not None:
                    transcript.append(line)
            case "credit":
                upto = min(content["upto"], len(message))
                while sent < upto:
                    chunk = message[sent : min(upto, sent + FRAME - 4)]
                    await socket.send(struct.pack(">I", DIALOGUE) + chunk)
                    sent += len(chunk)
            case "recipients":
                results += content["results"]
            case "finished":
                kind, outcome = tagged(content["outcome"])
                return transcript, {kind: {**outcome, "recipients": results + outcome["recipients"]}}
            case "not_started":
                raise SystemExit(f"not started: {content['why']}")
            case "mailbox":
                apply_update(mailbox, content)
            case "progress":
                pass
            case other:
                raise SystemExit(f"a frame {other!r} in the middle of a dialogue")


async def read(socket, which):
    """The octets of one message of the practice mailbox, and its decoded form."""
    await socket.send(json.dumps({"read": {"id": which}}))
    octets = b""
    while True:
        kind, content = await receive(socket)
        match kind:
            case "octets":
                octets += content
            case "message":
                size = content["size"]
            case "message_gone":
                raise SystemExit(f"message {which} is gone")
            case "reading":
                assert content["id"] == which and len(octets) == size
                return octets, content["reading"]
            case "not_read":
                raise SystemExit(f"message {which} can't be read: {content['why']}")


def slice_of(message, reading, at):
    """The octets of a slice of a message, decoded."""
    around = message if at["of"] is None else slice_of(message, reading, reading["encoded"][at["of"]])
    octets = around[at["from"] : at["to"]]
    match at["encoding"]:
        case "identity":
            return octets
        case "base64":
            return base64.b64decode(octets)
        case "quoted_printable":
            return quopri.decodestring(octets)
        case other:
            raise SystemExit(f"encoding {other!r} is not used here")


def files_of(message, reading):
    """The attachments by name, and the enclosed messages by subject."""
    files = {}
    for part in reading["parts"]:
        kind, content = tagged(part["content"])
        if kind == "text":
            continue
        name = content["name"] if kind == "attachment" else dict(content["headers"])["Subject"]
        files[name] = slice_of(message, reading, content["at"])
        assert kind == "message" or len(files[name]) == content["size"], content
    return files


async def main():
    job = json.load(sys.stdin)
    at = urlsplit(job["ws"])
    async with websockets.connect(
        job["ws"],
        origin=f"http://{at.netloc}",
        subprotocols=[f"glasspost.v{VERSION}", f"glasspost.token.{job['token']}"],
        compression=None,
        max_size=FRAME,
    ) as socket:
        kind, welcome = await receive(socket)
        assert kind == "welcome" and welcome["version"] == VERSION, welcome
        message = base64.b64decode(job["message"])
        mailbox = []
        transcript, outcome = await send(socket, job["start"], message, mailbox)
        while not mailbox:
            kind, content = await receive(socket)
            if kind == "mailbox":
                apply_update(mailbox, content)
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
                    "files": {
                        name: base64.b64encode(octets).decode()
                        for name, octets in files_of(octets, reading).items()
                    },
                    "read": base64.b64encode(octets).decode(),
                }
            )
        )


asyncio.run(main())
