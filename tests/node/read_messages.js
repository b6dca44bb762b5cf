// Reads messages with nodemailer's mailparser.
//
//     GLASSPOST_MAILPARSER=…/index.js node read_messages.js
//
// Input: one message a line, in base64. Output: one JSON object a line; tests/messages/reading.rs describes it.

'use strict';

const readline = require('node:readline');
const { domainToASCII } = require('node:url');
const { simpleParser } = require(process.env.GLASSPOST_MAILPARSER);

const options = {
    keepCidLinks: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
};

// mailparser converts domains to Unicode.
const sent = address => address.replace(/[^@]+$/, domain => /^[\x00-\x7f]*$/.test(domain) ? domain : domainToASCII(domain));

const people = field => [field ?? []].flat().flatMap(of => of.value).flatMap(
    one => one.group ?? [one]).map(({ name, address }) => [name, sent(address)]);

async function read(octets) {
    const mail = await simpleParser(octets, options);
    return {
        fields: mail.headerLines.map(({ key }) => key),
        from: people(mail.from),
        reply_to: people(mail.replyTo),
        to: people(mail.to),
        cc: people(mail.cc),
        subject: mail.subject,
        message_id: mail.messageId,
        date: mail.date.getTime() / 1000,
        text: mail.text ?? null,
        html: mail.html || null,
        files: mail.attachments.map(file => ({
            name: file.filename,
            // contentType is a guess from the name where this is application/octet-stream.
            media_type: file.headers.get('content-type').value,
            disposition: file.contentDisposition,
            content_id: file.cid ?? null,
            octets: file.content.toString('base64'),
        })),
    };
}

(async () => {
    for await (const line of readline.createInterface({ input: process.stdin })) {
        console.log(JSON.stringify(await read(Buffer.from(line, 'base64'))));
    }
})();
