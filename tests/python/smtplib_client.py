"""Sends the message on standard input with Python's own smtplib.

    smtplib_client.py HOST PORT (starttls|tls) (PLAIN|LOGIN) USER PASSWORD FROM TO...

The server's certificate is signed by an authority made for one run, which only the bridge knows: it is not checked here.
Ends with status 1 and prints the code where the server refuses.
"""

import smtplib
import ssl
import sys

host, port, security, mechanism, user, password, sender, *recipients = sys.argv[1:]
message = sys.stdin.buffer.read()
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE

try:
    if security == "tls":
        client = smtplib.SMTP_SSL(host, int(port), context=context)
    else:
        client = smtplib.SMTP(host, int(port))
        client.starttls(context=context)
    with client:
        client.ehlo()
        client.user, client.password = user, password
        client.auth(mechanism, {"PLAIN": client.auth_plain, "LOGIN": client.auth_login}[mechanism])
        refused = client.sendmail(sender, recipients, message, mail_options=["BODY=8BITMIME"])
        print("refused", {address: code for address, (code, _) in refused.items()})
except smtplib.SMTPResponseException as answer:
    print(answer.smtp_code, answer.smtp_error.decode())
    sys.exit(1)
