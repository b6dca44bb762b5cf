"""Tests a mail client, here Python's smtplib, with the practice server of glasspost.

    api_example.py GLASSPOST

Starts the program, lets the client send to a server that greylists, and asks the API what has happened. docs/api.md describes the API. Python's standard library is all that is needed.
"""

import json
import smtplib
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

MESSAGE = b"Subject: A note\r\n\r\n.Hello\r\n"


class Api:
    """The API of a running glasspost."""

    def __init__(self, announced):
        self.address, self.token = announced["api"], announced["token"]

    def request(self, method, path, body=None):
        """The status and the body of a response. An error status is no exception."""
        request = urllib.request.Request(self.address + path, data=body, method=method)
        request.add_header("Authorization", "Bearer " + self.token)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def get(self, path):
        """The JSON at a path, or None."""
        status, body = self.request("GET", path)
        return json.loads(body) if status == 200 else None


def send(announced, api):
    """Sends a message over STARTTLS. Returns the code with which it was refused, or None."""
    host, port = announced["practice"]["starttls"].rsplit(":", 1)
    trust = ssl.create_default_context(cadata=api.request("GET", "/ca")[1].decode())
    with smtplib.SMTP(host, int(port), timeout=30) as client:
        client.starttls(context=trust)
        client.login("mina", "practice")
        try:
            client.sendmail("mina@example.org", ["hana@example.org"], MESSAGE)
        except smtplib.SMTPRecipientsRefused as refused:
            return refused.recipients["hana@example.org"][0]
    return None


def main(program):
    args = ["--no-page", "--scenario", "greylisting", "--announce", "json"]
    ports = ["--listen", "127.0.0.1:0", "--practice", "127.0.0.1:0"]
    with subprocess.Popen([program, *args, *ports], stdout=subprocess.PIPE) as glasspost:
        try:
            announced = json.loads(glasspost.stdout.readline())
            check(announced, Api(announced))
        finally:
            glasspost.terminate()
    print("all is well")


def check(announced, api):
    assert announced["scenario"]["name"] == "greylisting"

    # The first time it is refused for now, and no message has arrived.
    assert send(announced, api) == 451
    assert api.get("/messages") == {"messages": [], "dropped": 0}
    assert api.request("GET", "/messages/next?timeout=0")[0] == 204
    first = api.get("/conversations")["conversations"][0]["id"]
    said = api.get(f"/conversations/{first}")["lines"]
    assert any(line["text"].startswith("451 4.7.1") for line in said), said

    # The second time it is accepted.
    assert send(announced, api) is None
    message = api.get("/messages/next?after=0&timeout=30")
    assert message["from"] == "mina@example.org" and message["to"] == ["hana@example.org"]
    assert message["tls"] and message["user"] == "mina"
    assert api.request("GET", f"/messages/{message['id']}/raw")[1] == MESSAGE

    # Everything that was said is there, except the password.
    said = api.get(f"/messages/{message['id']}/transcript")["lines"]
    texts = [line["text"] for line in said if line["who"] == "client"]
    assert "rcpt to:<hana@example.org>" in [text.lower() for text in texts], texts
    assert any(text.startswith("AUTH") and text.endswith("⟨secret⟩") for text in texts), texts

    # Another scenario, first with an error in it.
    status, body = api.request("PUT", "/scenario", b"on LUNCH\n S: 451 Later\n")
    assert status == 422 and json.loads(body)["errors"][0]["line"] == 1, body
    status, body = api.request("PUT", "/scenario", b"on RCPT\n S: 550 5.1.1 No\n")
    assert status == 200, body
    assert send(announced, api) == 550
    assert api.request("PUT", "/scenario?name=busy")[0] == 200
    assert api.get("/scenario")["scenario"]["name"] == "busy"
    assert api.request("DELETE", "/scenario")[0] == 204
    assert send(announced, api) is None

    assert api.request("DELETE", "/messages")[0] == 204
    assert api.get("/messages")["messages"] == []


if __name__ == "__main__":
    main(sys.argv[1])
