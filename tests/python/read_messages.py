"""Reads messages with Python's email package.

Input: one message a line, in base64. Output: one JSON object a line; tests/messages/reading.rs describes it.
"""

import base64
import email
import json
import sys
from email import policy


def people(message, field):
    """The mailboxes of a field of addresses."""
    found = []
    for value in message.get_all(field, []):
        found += [[one.display_name, address(one)] for one in value.addresses]
    return found


def address(one):
    return one.addr_spec


def read(octets):
    # Raw UTF-8 in header fields (RFC 6532) is only understood in a str. Nothing else is beyond ASCII.
    message = email.message_from_string(octets.decode("utf-8"), policy=policy.default)
    reading = {
        "fields": [name.lower() for name in message.keys()],
        "from": people(message, "From"),
        "reply_to": people(message, "Reply-To"),
        "to": people(message, "To"),
        "cc": people(message, "Cc"),
        "subject": str(message["Subject"]),
        "message_id": str(message["Message-ID"]),
        "date": int(message["Date"].datetime.timestamp()),
        "text": None,
        "html": None,
        "files": [],
    }
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        disposition = part.get_content_disposition()
        kind = part.get_content_type()
        if disposition is None:
            which = {"text/plain": "text", "text/html": "html"}[kind]
            reading[which] = (reading[which] or "") + payload.decode(part.get_content_charset())
        else:
            cid = part["Content-ID"]
            reading["files"].append({
                "name": part.get_filename(),
                "media_type": kind,
                "disposition": disposition,
                "content_id": cid and cid.strip("<>"),
                "octets": base64.b64encode(payload).decode(),
            })
    return reading


for line in sys.stdin.buffer:
    print(json.dumps(read(base64.b64decode(line))))
