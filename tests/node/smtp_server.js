// A mail server based on nodemailer's smtp-server, with several endpoints.
//
//     GLASSPOST_SMTP_SERVER=…/smtp-server.js node smtp_server.js FOLDER CERTIFICATE_CHAIN KEY USER PASSWORD NAME
//
// tests/python/aiosmtpd_server.py, the same based on aiosmtpd, describes its output and when it ends.

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { domainToASCII } = require('node:url');
const { SMTPServer } = require(process.env.GLASSPOST_SMTP_SERVER);

const [folder, chain, key, user, password, name] = process.argv.slice(2);
const LARGE = 40_000_000;
const SMALL = 100_000;
let received = 0;

// smtp-server converts all domains to Unicode.
const onWire = ({ address }) => address.replace(/[^@]+$/, domainToASCII);

const print = value => process.stdout.write(JSON.stringify(value) + '\n');

// The error with which a handler refuses.
const refusal = (responseCode, text) => Object.assign(new Error(text), { responseCode });

const common = {
    name,
    cert: fs.readFileSync(chain),
    key: fs.readFileSync(key),
    size: LARGE,
    rejectOversized: true,
    authOptional: true,
    disableReverseLookup: true,
    onAuth(auth, session, done) {
        const good = auth.username === user && auth.password === password;
        done(null, good ? { user } : { message: 'Wrong user name or password' });
    },
    onMailFrom({ address }, session, done) {
        done(address.startsWith('blocked@') ? refusal(550, 'Sender blocked') : null);
    },
    onRcptTo({ address }, session, done) {
        if (address.startsWith('refused@')) return done(refusal(550, 'No such mailbox'));
        if (address.startsWith('full@')) return done(refusal(452, 'Mailbox full'));
        done();
    },
    onData(stream, session, done) {
        const chunks = [];
        stream.on('data', chunk => chunks.push(chunk));
        stream.on('end', () => {
            const message = Buffer.concat(chunks);
            const header = message.subarray(0, message.indexOf('\r\n\r\n') + 2);
            if (header.includes('X-Spam-Flag: YES\r\n')) return done(refusal(554, 'Content refused'));
            // smtp-server itself refuses a message that is too large, after this callback.
            if (stream.sizeExceeded) return done();
            const file = path.join(folder, `${++received}.eml`);
            fs.writeFileSync(file, message);
            const { mailFrom, rcptTo } = session.envelope;
            print({ from: onWire(mailFrom), to: rcptTo.map(onWire), user: session.user || null, file });
            done();
        });
    },
};

const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' };

const endpoints = {
    clear: { disabledCommands: ['STARTTLS', 'AUTH'] },
    small: { disabledCommands: ['STARTTLS', 'AUTH'], size: SMALL },
    short_timeout: { disabledCommands: ['STARTTLS', 'AUTH'], socketTimeout: 1000 },
    starttls: {},
    login: { authMethods: ['LOGIN'] },
    auth_required: { authOptional: false },
    tls: { secure: true },
    old,
    old_tls: { ...old, secure: true },
};

async function main() {
    const ports = {};
    for (const [endpoint, options] of Object.entries(endpoints)) {
        const server = new SMTPServer({ ...common, ...options });
        // Ignore clients that close during the handshake.
        server.on('error', () => {});
        await new Promise(listening => server.listen(0, '127.0.0.1', listening));
        ports[endpoint] = server.server.address().port;
    }
    const { version } = JSON.parse(fs.readFileSync(path.join(process.env.GLASSPOST_SMTP_SERVER, '../../../package.json')));
    print({ version, endpoints: ports });
    process.stdin.on('end', () => process.exit(0)).resume();
}

main();
