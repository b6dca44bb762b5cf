// A mail server made of nodemailer's smtp-server, with a endpoint for each way of coming in.
//
//     GLASSPOST_SMTP_SERVER=…/smtp-server.js node smtp_server.js FOLDER CERTIFICATE_CHAIN KEY USER PASSWORD NAME
//
// What it prints, and when it ends, is described in tests/python/aiosmtpd_server.py, which is the same made of aiosmtpd.

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { domainToASCII } = require('node:url');
const { SMTPServer } = require(process.env.GLASSPOST_SMTP_SERVER);

const [folder, chain, key, user, password, name] = process.argv.slice(2);
const LARGE = 40_000_000;
const SMALL = 100_000;
let received = 0;

// It hands on domains in Unicode, however they came.
const onWire = ({ address }) => address.replace(/[^@]+$/, domainToASCII);

const say = what => process.stdout.write(JSON.stringify(what) + '\n');

// What handlers refuse with.
const no = (responseCode, text) => Object.assign(new Error(text), { responseCode });

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
        done(address.startsWith('blocked@') ? no(550, 'Sender blocked') : null);
    },
    onRcptTo({ address }, session, done) {
        if (address.startsWith('refused@')) return done(no(550, 'No such mailbox'));
        if (address.startsWith('full@')) return done(no(452, 'Mailbox full'));
        done();
    },
    onData(stream, session, done) {
        const pieces = [];
        stream.on('data', piece => pieces.push(piece));
        stream.on('end', () => {
            const message = Buffer.concat(pieces);
            const header = message.subarray(0, message.indexOf('\r\n\r\n') + 2);
            if (header.includes('X-Spam-Flag: YES\r\n')) return done(no(554, 'Content refused'));
            // The server itself refuses what is too large, when this is done.
            if (stream.sizeExceeded) return done();
            const file = path.join(folder, `${++received}.eml`);
            fs.writeFileSync(file, message);
            const { mailFrom, rcptTo } = session.envelope;
            say({ from: onWire(mailFrom), to: rcptTo.map(onWire), user: session.user || null, file });
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
        // A client that leaves in mid-handshake is no news.
        server.on('error', () => {});
        await new Promise(listening => server.listen(0, '127.0.0.1', listening));
        ports[endpoint] = server.server.address().port;
    }
    const { version } = JSON.parse(fs.readFileSync(path.join(process.env.GLASSPOST_SMTP_SERVER, '../../../package.json')));
    say({ version, endpoints: ports });
    process.stdin.on('end', () => process.exit(0)).resume();
}

main();
