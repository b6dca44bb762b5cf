"""A mail server based on aiosmtpd, with several endpoints. Other servers forward their mail to it.

    aiosmtpd_server.py FOLDER CERTIFICATE_CHAIN KEY USER PASSWORD NAME

Prints a line of JSON {"version": ..., "endpoints": {NAME: PORT, ...}} when ready, then one for each received message:
{"from": ..., "to": [...], "user": ..., "file": path}. The file, in FOLDER, contains the message as received. Ends when its standard input is
closed. tests/node/smtp_server.js is the same based on smtp-server.
"""

import asyncio
import itertools
import json
import logging
import pathlib
import ssl
import sys
import warnings

import aiosmtpd
from aiosmtpd.smtp import SMTP, AuthResult, TLSSetupException

# aiosmtpd logs a warning about a name that only it uses, and an error when a client rejects its certificate.
logging.disable(logging.WARNING)
logging.getLogger("mail.log").addFilter(lambda record: not (record.exc_info and record.exc_info[0] is TLSSetupException))

folder, chain, key, user, password, name = sys.argv[1:]
numbers = itertools.count(1)

LARGE, SMALL = 40_000_000, 100_000


def print_json(value):
    print(json.dumps(value), flush=True)


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("blocked@"):
            return "550 5.7.1 Sender blocked"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 No such mailbox"
        if address.startswith("full@"):
            return "452 4.2.2 Mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        message = envelope.original_content
        if b"X-Spam-Flag: YES\r\n" in message.split(b"\r\n\r\n")[0] + b"\r\n":
            return "554 5.7.1 Content refused"
        # A mailbox with its own limit, which EHLO does not announce.
        if any(address.startswith("small@") for address in envelope.rcpt_tos) and len(message) > SMALL:
            return "552 5.2.3 Too large for this mailbox"
        file = pathlib.Path(folder) / f"{next(numbers)}.eml"
        file.write_bytes(message)
        # aiosmtpd keeps the brackets of the null path.
        sender = envelope.mail_from.removeprefix("<>")
        print_json({"from": sender, "to": envelope.rcpt_tos, "user": session.auth_data, "file": str(file)})
        return "250 2.0.0 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (user.encode(), password.encode())
    return AuthResult(success=good, handled=False, auth_data=data.login.decode())


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain, key)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.load_cert_chain(chain, key)
    # Setting old versions is deprecated, which is intended here.
    warnings.simplefilter("ignore", DeprecationWarning)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    clear = {"enable_SMTPUTF8": True, "data_size_limit": LARGE}
    signed = {**clear, "authenticator": authenticate}
    starttls = {**signed, "tls_context": tls, "require_starttls": True}
    endpoints = {
        "clear": (None, clear),
        "small": (None, {**clear, "data_size_limit": SMALL}),
        "short_timeout": (None, {**clear, "timeout": 1}),
        "starttls": (None, starttls),
        "login": (None, {**starttls, "auth_exclude_mechanism": ["PLAIN"]}),
        "auth_required": (None, {**starttls, "auth_required": True}),
        "tls": (tls, {**signed, "auth_require_tls": False}),
        "old": (None, {**starttls, "tls_context": old}),
        "old_tls": (old, {**signed, "auth_require_tls": False}),
    }
    loop = asyncio.get_running_loop()
    ports = {}
    for endpoint, (outer, options) in endpoints.items():
        server = await loop.create_server(
            lambda options=options: SMTP(Handler(), hostname=name, **options), "127.0.0.1", 0, ssl=outer
        )
        ports[endpoint] = server.sockets[0].getsockname()[1]
    print_json({"version": aiosmtpd.__version__, "endpoints": ports})
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
