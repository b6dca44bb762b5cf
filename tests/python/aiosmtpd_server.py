"""A mail server made of aiosmtpd: STARTTLS required, sign-in required, one mailbox, messages printed.

    aiosmtpd_server.py CERTIFICATE_CHAIN KEY USER PASSWORD

Prints a line of JSON {"port": ...} when ready, then one for every message:
{"peer": ..., "user": ..., "mail_from": ..., "mail_options": [...], "rcpt_tos": [...], "content": base64}. Ends when its standard input does.
"""

import asyncio
import base64
import json
import logging
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

# It warns of a name that only aiosmtpd itself uses.
logging.disable(logging.WARNING)

chain, key, user, password = sys.argv[1:]


def say(what):
    print(json.dumps(what), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        say(
            {
                "user": session.auth_data,
                "mail_from": envelope.mail_from,
                "mail_options": envelope.mail_options,
                "rcpt_tos": envelope.rcpt_tos,
                "content": base64.b64encode(envelope.original_content).decode(),
            }
        )
        return "250 2.0.0 Taken"


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (user.encode(), password.encode())
    return AuthResult(success=good, handled=False, auth_data=f"{mechanism} {data.login.decode()}")


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            Handler(),
            hostname="aio.example",
            tls_context=tls,
            require_starttls=True,
            authenticator=authenticate,
            auth_required=True,
            enable_SMTPUTF8=True,
        ),
        "127.0.0.1",
        0,
    )
    say({"port": server.sockets[0].getsockname()[1]})
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
