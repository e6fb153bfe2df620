'use strict';
/* HTTP without help: node's own client for ordinary requests, and a plain socket for what no client would send. */
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');
const { within, DEADLINE_MS } = require('./wait.js');

/* One request on a connection of its own. The local CA of a test server is trusted by nobody. */
function request(server, method, path, { headers = {}, body, localAddress, listener } = {}) {
    const at = new URL(listener || server.url);
    const lib = at.protocol === 'https:' ? https : http;
    const started = process.hrtime.bigint();
    const answer = new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
        const rq = lib.request({
            host: at.hostname.replace(/[[\]]/g, ''), /* IPv6 */
            port: at.port,
            method,
            path,
            headers: { ...length, ...headers },
            agent: false,
            localAddress,
            rejectUnauthorized: false,
        });
        rq.on('error', reject);
        rq.on('response', (rs) => {
            const parts = [];
            rs.on('data', (part) => parts.push(part));
            rs.on('error', reject);
            rs.on('end', () => {
                const bytes = Buffer.concat(parts);
                resolve({
                    status: rs.statusCode,
                    headers: rs.headers,
                    rawHeaders: rs.rawHeaders,
                    bytes,
                    text: bytes.toString('utf8'),
                    ms: Number(process.hrtime.bigint() - started) / 1e6,
                });
            });
        });
        rq.end(body);
    });
    return within(answer, `${method} ${path} to be answered`);
}

/* The answers in bytes, as far as they are complete: {status, head, headers, body}. */
function parseAnswers(bytes) {
    const answers = [];
    let rest = bytes;
    for (;;) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return answers;
        const head = rest.subarray(0, end).toString('latin1');
        const [line, ...lines] = head.split('\r\n');
        const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1]);
        if (!status) throw new Error(`not an HTTP answer: ${JSON.stringify(line)}`);
        const headers = {};
        for (const one of lines) {
            const colon = one.indexOf(':');
            headers[one.slice(0, colon).toLowerCase()] = one.slice(colon + 1).trim();
        }
        const length = status < 200 ? 0 : Number(headers['content-length'] || 0);
        if (rest.length < end + 4 + length) return answers;
        answers.push({ status, head, headers, body: rest.subarray(end + 4, end + 4 + length).toString('utf8') });
        rest = rest.subarray(end + 4 + length);
    }
}

/* Sends bytes (or several pieces, one after the other) and collects what comes back until the server closes, `answers`
 * answers are complete, or ms have passed. Never fails by itself: {bytes, answers, closed, error}. */
async function raw(server, pieces, { answers = 1, ms = DEADLINE_MS, end = false, localAddress } = {}) {
    const options = { host: server.host, port: server.port, localAddress };
    const socket = server.tls ? tls.connect({ ...options, rejectUnauthorized: false }) : net.connect(options);
    const got = [];
    const out = { closed: false, error: null };
    const done = new Promise((resolve) => {
        socket.on('error', (error) => (out.error = error));
        socket.on('close', () => {
            out.closed = true;
            resolve();
        });
        socket.on('data', (part) => {
            got.push(part);
            if (parseAnswers(Buffer.concat(got)).filter((one) => one.status >= 200).length >= answers) resolve();
        });
    });
    for (const piece of [].concat(pieces)) {
        if (out.closed || socket.destroyed) break;
        await Promise.race([done, new Promise((resolve) => socket.write(piece, resolve))]);
    }
    if (end) socket.end();
    await within(done, 'an answer or the end of the connection', ms).catch((error) => (out.late = error));
    socket.destroy();
    out.bytes = Buffer.concat(got);
    out.answers = parseAnswers(out.bytes).filter((one) => one.status >= 200);
    return out;
}

module.exports = { request, raw, parseAnswers };
