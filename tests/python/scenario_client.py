"""Sends the message on standard input with Python's own smtplib, as a careful program would.

    scenario_client.py HOST PORT CA_FILE FROM TO...

Checks the server's certificate, signs in, and prints what came of it: `accepted` with the refused recipients, or the name of the exception with its code.
"""

import smtplib
import ssl
import sys

host, port, trust, sender, *recipients = sys.argv[1:]
message = sys.stdin.buffer.read()

try:
    with smtplib.SMTP(host, int(port), timeout=30) as client:
        client.starttls(context=ssl.create_default_context(cafile=trust))
        client.login("mina", "practice")
        refused = client.sendmail(sender, recipients, message)
        print("accepted", *(f"{address} {code}" for address, (code, _) in refused.items()))
except smtplib.SMTPRecipientsRefused as refused:
    print("SMTPRecipientsRefused", *sorted({code for code, _ in refused.recipients.values()}))
except smtplib.SMTPResponseException as answer:
    print(type(answer).__name__, answer.smtp_code)
except ssl.SSLCertVerificationError as error:
    print(type(error).__name__, error.verify_code)
except (smtplib.SMTPException, OSError) as error:
    print(type(error).__name__)
